package org.fhiranchor.interceptors.provenance;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.fhiranchor.merkle.LeafIndex;
import org.fhiranchor.merkle.ResourceKey;
import org.fhiranchor.merkle.Statement;

/**
 * The id of a derived Provenance: {@code log.Observation.123.2}, and where that would be longer
 * than an id may be, {@code log.leaf.17}. Either names one version for good.
 */
sealed interface ProvenanceId {
  /** What every one begins with, and no stored one may. */
  String PREFIX = "log.";

  int LONGEST = 64;
  Pattern OF_LEAF = Pattern.compile("log\\.leaf\\.(0|[1-9][0-9]{0,17})");
  Pattern OF_VERSION =
      Pattern.compile("log\\.([A-Z][A-Za-z]{0,63})\\.([A-Za-z0-9.-]{1,64})\\.([1-9][0-9]{0,17})");

  /** By what it is about. */
  record OfVersion(ResourceKey resource, String version) implements ProvenanceId {}

  /** By its place in the log. */
  record OfLeaf(LeafIndex leaf) implements ProvenanceId {}

  /** The one id of this version's Provenance. */
  static String of(Statement.ResourceVersion version, LeafIndex leaf) {
    String name =
        PREFIX
            + version.resource().type()
            + "."
            + version.resource().id()
            + "."
            + version.version();
    return name.length() <= LONGEST && OF_VERSION.matcher(name).matches()
        ? name
        : PREFIX + "leaf." + leaf.value();
  }

  /** Reads an id; empty for every id that {@link #of} does not give. */
  static Optional<ProvenanceId> parse(String id) {
    if (id.length() > LONGEST) {
      return Optional.empty();
    }
    Matcher leaf = OF_LEAF.matcher(id);
    if (leaf.matches()) {
      return Optional.of(new OfLeaf(new LeafIndex(Long.parseLong(leaf.group(1)))));
    }
    Matcher version = OF_VERSION.matcher(id);
    return version.matches()
        ? Optional.of(
            new OfVersion(new ResourceKey(version.group(1), version.group(2)), version.group(3)))
        : Optional.empty();
  }
}
