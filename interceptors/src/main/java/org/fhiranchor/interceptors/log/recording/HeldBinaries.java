package org.fhiranchor.interceptors.log.recording;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.jpa.api.dao.DaoRegistry;
import ca.uhn.fhir.parser.DataFormatException;
import ca.uhn.fhir.rest.api.server.SystemRequestDetails;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.fhiranchor.consent.facts.FactsReader;
import org.fhiranchor.interceptors.log.recording.EarlierVersions.Version;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.r4.model.Resource;

/** Which Binaries a stored version refers to, as the gate reads it. */
public final class HeldBinaries implements Function<Version, Set<String>> {
  private static final String BINARY = "Binary/";
  private static final Pattern REFERENCE = Pattern.compile("Binary/[A-Za-z0-9.-]{1,64}");

  private final FhirContext context;
  private final DaoRegistry daos;
  private final FactsReader facts;

  /** Reads with these; what is not kept as JSON through HAPI's own store. */
  public HeldBinaries(FhirContext context, DaoRegistry daos, FactsReader facts) {
    this.context = context;
    this.daos = daos;
    this.facts = facts;
  }

  @Override
  public Set<String> apply(Version version) {
    return version.text().map(this::inText).orElseGet(() -> in(stored(version)));
  }

  /** What HAPI cannot read either is searched for whatever looks like one: more is allowed. */
  private Set<String> inText(String text) {
    try {
      return in(context.newJsonParser().parseResource(text));
    } catch (DataFormatException | IllegalArgumentException unreadable) {
      return REFERENCE
          .matcher(text)
          .results()
          .map(found -> found.group())
          .collect(Collectors.toCollection(HashSet::new));
    }
  }

  private IBaseResource stored(Version version) {
    return daos.getResourceDao(version.id().getResourceType())
        .read(version.id(), SystemRequestDetails.forAllPartitions());
  }

  private Set<String> in(IBaseResource resource) {
    return resource instanceof Resource r4
        ? facts.referencesIn(r4).stream()
            .filter(name -> name.startsWith(BINARY))
            .collect(Collectors.toSet())
        : Set.of();
  }
}
