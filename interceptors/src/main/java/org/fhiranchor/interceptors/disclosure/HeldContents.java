package org.fhiranchor.interceptors.disclosure;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import org.fhiranchor.consent.decide.PatientId;
import org.hl7.fhir.r4.model.Resource;

/**
 * What a file, or a stored Bundle, holds of each patient: categories and origins, each once, and no
 * more of them than a record lists (DIS-1). For one thread, until the verdict has it.
 */
public final class HeldContents {
  /** It holds nothing but itself. */
  static final HeldContents NONE = new HeldContents();

  private final Map<PatientId, Of> each = new HashMap<>();

  /** Of one patient, in the order of the alphabet. */
  record Of(SortedSet<String> categories, SortedSet<String> origins) {}

  /** One of the resources in it, of these patients. */
  public void add(Collection<PatientId> owners, Resource resource) {
    Set<String> categories = ShownResource.categories(resource);
    Optional<String> origin = ShownResource.origin(resource);
    for (PatientId owner : owners) {
      categories.forEach(one -> keep(one, of(owner).categories()));
      origin.ifPresent(one -> keep(one, of(owner).origins()));
    }
  }

  /** One of which no more than the type is known to be these patients'. */
  public void add(Collection<PatientId> owners, String type) {
    owners.forEach(owner -> keep(type, of(owner).categories()));
  }

  private Of of(PatientId owner) {
    return each.computeIfAbsent(owner, first -> new Of(new TreeSet<>(), new TreeSet<>()));
  }

  private static void keep(String text, SortedSet<String> in) {
    in.add(text);
    if (in.size() > DisclosureRecords.MOST_LISTED) {
      in.remove(in.last());
    }
  }

  Collection<String> categoriesOf(Optional<PatientId> patient) {
    return known(patient).map(Of::categories).<Collection<String>>map(all -> all).orElse(List.of());
  }

  Collection<String> originsOf(Optional<PatientId> patient) {
    return known(patient).map(Of::origins).<Collection<String>>map(all -> all).orElse(List.of());
  }

  private Optional<Of> known(Optional<PatientId> patient) {
    return patient.flatMap(one -> Optional.ofNullable(each.get(one)));
  }
}
