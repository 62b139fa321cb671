package org.fhiranchor.interceptors.disclosure;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.fhiranchor.consent.decide.PatientId;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.Composition;
import org.hl7.fhir.r4.model.DocumentReference;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r4.model.Resource;

/**
 * A resource in an answer.
 *
 * @param reference {@code Observation/1/_history/2}; without what the resource does not say
 * @param categories its type, and its categories where it is an Observation or a document
 * @param origin its custodian, else {@code meta.source}; empty when it says neither
 */
public record ShownResource(
    String reference, Set<String> categories, Optional<String> origin, AccessVerdict verdict) {
  public ShownResource {
    categories = Set.copyOf(categories);
  }

  /** What is about to be shown, and what was decided about it. */
  public static ShownResource of(Resource resource, AccessVerdict verdict) {
    return new ShownResource(reference(resource), categories(resource), origin(resource), verdict);
  }

  private static String reference(Resource resource) {
    String type = resource.fhirType();
    if (!resource.getIdElement().hasIdPart()) {
      return type;
    }
    String name = type + "/" + resource.getIdElement().getIdPart();
    return resource.getMeta().hasVersionId()
        ? name + "/_history/" + resource.getMeta().getVersionId()
        : name;
  }

  static Set<String> categories(Resource resource) {
    Set<String> categories = new LinkedHashSet<>(Set.of(resource.fhirType()));
    concepts(resource)
        .flatMap(concept -> concept.getCoding().stream())
        .filter(Coding::hasCode)
        .map(coding -> resource.fhirType() + " " + coding.getCode())
        .forEach(categories::add);
    return categories;
  }

  private static Stream<CodeableConcept> concepts(Resource resource) {
    if (resource instanceof Observation observation) {
      return observation.getCategory().stream();
    }
    return resource instanceof DocumentReference document
        ? Stream.concat(document.getCategory().stream(), Stream.of(document.getType()))
        : Stream.of();
  }

  static Optional<String> origin(Resource resource) {
    Optional<String> custodian =
        resource instanceof DocumentReference document
            ? Optional.ofNullable(document.getCustodian().getReference())
            : Optional.of(resource)
                .filter(Composition.class::isInstance)
                .map(one -> ((Composition) one).getCustodian().getReference());
    return custodian.or(() -> source(resource));
  }

  /** Without the id of the request that HAPI puts behind it. */
  private static Optional<String> source(Resource resource) {
    return Optional.ofNullable(resource.getMeta().getSource())
        .map(source -> source.split("#", 2)[0])
        .filter(source -> !source.isEmpty());
  }

  /** Its own, and those of what it holds of the patient. */
  private Stream<String> categoriesOf(Optional<PatientId> patient) {
    return Stream.concat(categories.stream(), verdict.held().categoriesOf(patient).stream());
  }

  private Stream<String> originsOf(Optional<PatientId> patient) {
    return Stream.concat(origin.stream(), verdict.held().originsOf(patient).stream());
  }

  /** Of all of these, each once, in the order of the alphabet. */
  static Stream<String> categories(List<ShownResource> shown, Optional<PatientId> patient) {
    return shown.stream().flatMap(one -> one.categoriesOf(patient)).distinct().sorted();
  }

  /** Of all of these, each once, in the order of the alphabet. */
  static Stream<String> origins(List<ShownResource> shown, Optional<PatientId> patient) {
    return shown.stream().flatMap(one -> one.originsOf(patient)).distinct().sorted();
  }
}
