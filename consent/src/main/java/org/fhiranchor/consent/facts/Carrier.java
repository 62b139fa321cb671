package org.fhiranchor.consent.facts;

import java.util.ArrayList;
import java.util.List;
import org.fhiranchor.consent.decide.Code;

/**
 * What a resource takes over from the stored Bundle that it stands in.
 *
 * @param names the Bundle's own names
 * @param security the Bundle's security labels
 * @param identified whether the entry's resource is known here under its id
 * @param foreign whether relative references in the entry mean another server's resources
 */
record Carrier(List<String> names, List<Code> security, boolean identified, boolean foreign) {
  static final Carrier NONE = new Carrier(List.of(), List.of(), true, false);

  Carrier {
    names = List.copyOf(names);
    security = List.copyOf(security);
  }

  /**
   * What an entry of the Bundle takes over; its full URL says whose resource it is (FHIR R4,
   * Bundle, resolving references).
   */
  Carrier forEntry(List<String> bundle, List<Code> labels, String fullUrl, LocalReferences own) {
    List<Code> all = new ArrayList<>(security);
    all.addAll(labels);
    boolean ours = fullUrl.isEmpty() || own.normalise(fullUrl).isPresent();
    boolean elsewhere = foreign || (!ours && !fullUrl.startsWith("urn:"));
    return new Carrier(bundle, all, ours && !foreign, elsewhere);
  }
}
