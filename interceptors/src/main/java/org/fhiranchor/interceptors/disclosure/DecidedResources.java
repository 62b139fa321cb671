package org.fhiranchor.interceptors.disclosure;

import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.fhiranchor.consent.decide.PatientId;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.r4.model.Resource;

/** What was decided about in one request, by all threads that answer it. */
final class DecidedResources {
  private final Map<IBaseResource, AccessVerdict> verdicts =
      Collections.synchronizedMap(new IdentityHashMap<>());
  private final Map<String, IBaseResource> byName = new ConcurrentHashMap<>();

  void add(IBaseResource resource, AccessVerdict verdict) {
    verdicts.put(resource, verdict);
    if (resource.getIdElement().hasIdPart()) {
      byName.put(name(resource), resource);
    }
  }

  static String name(IBaseResource resource) {
    return resource.fhirType() + "/" + resource.getIdElement().getIdPart();
  }

  /** The one of this name that was decided about last. */
  Optional<ShownResource> looked(String name) {
    return Optional.ofNullable(byName.get(name)).stream()
        .flatMap(resource -> seen(List.of(resource)).stream())
        .findFirst();
  }

  /** These, as far as they were decided about. */
  List<ShownResource> seen(List<? extends IBaseResource> resources) {
    return resources.stream()
        .filter(Resource.class::isInstance)
        .flatMap(
            resource ->
                Optional.ofNullable(verdicts.get(resource))
                    .map(verdict -> ShownResource.of((Resource) resource, verdict))
                    .stream())
        .toList();
  }

  /** What was decided last about this resource. */
  Optional<AccessVerdict> verdict(String name) {
    return Optional.ofNullable(byName.get(name))
        .flatMap(resource -> Optional.ofNullable(verdicts.get(resource)));
  }

  /** Names and ids of a patient, and of what was found to be the patient's alone. */
  Set<String> ownOf(Optional<PatientId> patient) {
    Set<String> own = new HashSet<>();
    patient.ifPresent(
        one -> {
          addName(one.reference(), own);
          byName.keySet().stream()
              .filter(name -> !PatientId.isReference(name))
              .filter(name -> verdict(name).filter(known -> known.isOfAlone(one)).isPresent())
              .forEach(name -> addName(name, own));
        });
    return own;
  }

  static void addName(String name, Set<String> to) {
    to.add(name);
    to.add(name.substring(name.indexOf('/') + 1));
  }

  /** In the order of their names. */
  List<ShownResource> permitted() {
    Set<String> known = new HashSet<>();
    synchronized (verdicts) {
      return verdicts.entrySet().stream()
          .filter(one -> one.getValue().decision().permitted() && one.getKey() instanceof Resource)
          .map(one -> ShownResource.of((Resource) one.getKey(), one.getValue()))
          // what was loaded twice is shown once; what has no id cannot be told from another
          .filter(one -> !one.reference().contains("/") || known.add(one.reference()))
          .sorted(Comparator.comparing(ShownResource::reference))
          .toList();
    }
  }
}
