package org.fhiranchor.interceptors.identity;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.util.FhirTerser;
import ca.uhn.fhir.util.ResourceReferenceInfo;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.fhiranchor.interceptors.identity.scope.Permission;
import org.fhiranchor.interceptors.identity.token.Requester;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Bundle.BundleEntryComponent;
import org.hl7.fhir.r4.model.Bundle.SearchEntryMode;
import org.hl7.fhir.r4.model.CanonicalType;
import org.hl7.fhir.r4.model.MetadataResource;
import org.hl7.fhir.r4.model.Resource;
import org.hl7.fhir.r4.model.UriType;

/**
 * What came along with a search must hang on something that is shown: an {@code _include:iterate}
 * through a hidden resource would tell of it (G5). What the requester may read and not search must
 * be referred to by something that is shown: who refers to what is found by a search (SIGN-5).
 */
public final class Includes {
  private static final FhirContext R4 = FhirContext.forR4Cached();

  private Includes() {}

  /** Takes out included resources that no chain of shown ones connects to a hit. */
  public static void dropUnreachable(Bundle bundle, Requester who) {
    List<Linked> waiting =
        bundle.getEntry().stream()
            .filter(Includes::isIncluded)
            .map(entry -> Linked.of(entry, !isSearchable(entry, who)))
            .toList();
    if (waiting.isEmpty()) {
      return;
    }
    Set<Linked> reached =
        bundle.getEntry().stream()
            .filter(entry -> !isIncluded(entry) && entry.hasResource())
            .map(entry -> Linked.of(entry, false))
            .collect(Collectors.toCollection(HashSet::new));
    boolean grew = true;
    while (grew) {
      grew = reached.addAll(next(waiting, reached));
    }
    Set<BundleEntryComponent> kept =
        reached.stream().map(Linked::entry).collect(Collectors.toSet());
    bundle.getEntry().removeIf(entry -> isIncluded(entry) && !kept.contains(entry));
  }

  /**
   * Puts what came along behind the hits, in an order of its own: HAPI's depends on how much it
   * held, hidden resources included.
   */
  public static void sort(Bundle bundle) {
    if (bundle.getEntry().stream().anyMatch(Includes::isIncluded)) {
      bundle.getEntry().sort(Comparator.comparing(Includes::place));
    }
  }

  private static String place(BundleEntryComponent entry) {
    return isIncluded(entry)
        ? entry.getResource().fhirType() + "/" + entry.getResource().getIdPart()
        : "";
  }

  private static List<Linked> next(List<Linked> waiting, Set<Linked> reached) {
    return waiting.stream()
        .filter(one -> !reached.contains(one))
        .filter(one -> reached.stream().anyMatch(one::isLinkedTo))
        .toList();
  }

  private static boolean isSearchable(BundleEntryComponent entry, Requester who) {
    return who.level(Permission.SEARCH, entry.getResource().fhirType()).isPresent();
  }

  private static boolean isIncluded(BundleEntryComponent entry) {
    return entry.hasResource() && entry.getSearch().getMode() == SearchEntryMode.INCLUDE;
  }

  /**
   * An entry with the names it goes by, and those it refers to. What has a canonical URL is found
   * by that as well: which Questionnaire a hidden answer is to tells of the answer.
   *
   * @param referredTo whether it is reached only from what refers to it
   */
  private record Linked(
      BundleEntryComponent entry, Set<String> names, Set<String> references, boolean referredTo) {
    static Linked of(BundleEntryComponent entry, boolean referredTo) {
      Resource resource = entry.getResource();
      Set<String> names = new HashSet<>();
      names.add(resource.fhirType() + "/" + resource.getIdPart());
      if (resource instanceof MetadataResource metadata && metadata.getUrl() != null) {
        names.add(metadata.getUrl());
      }
      Set<String> references = references(resource);
      references.removeAll(names);
      return new Linked(entry, names, references, referredTo);
    }

    /** A code system that some coding is in is nothing that HAPI would have followed. */
    private static Set<String> references(Resource resource) {
      Class<? extends UriType> urls =
          resource instanceof MetadataResource ? UriType.class : CanonicalType.class;
      FhirTerser terser = R4.newTerser();
      Stream<String> byId =
          terser.getAllResourceReferences(resource).stream()
              .map(ResourceReferenceInfo::getResourceReference)
              .map(reference -> reference.getReferenceElement().toUnqualifiedVersionless())
              .map(id -> id.getValue() == null ? "" : id.getValue());
      Stream<String> byUrl =
          terser.getAllPopulatedChildElementsOfType(resource, urls).stream()
              .flatMap(uri -> Stream.ofNullable(uri.getValue()))
              .map(uri -> uri.split("[|]", 2)[0]);
      return Stream.concat(byId, byUrl).collect(Collectors.toCollection(HashSet::new));
    }

    boolean isLinkedTo(Linked other) {
      return (!referredTo && references.stream().anyMatch(other.names::contains))
          || other.references.stream().anyMatch(names::contains);
    }
  }
}
