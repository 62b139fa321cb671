package org.fhiranchor.interceptors.gate.search;

import java.util.Collection;
import java.util.List;
import org.fhiranchor.consent.decide.PatientId;

/**
 * The patients that stored resources belong to, as far as HAPI's index of references tells: enough
 * to refuse a hit without loading it, never enough to permit one. Read within the caller's
 * transaction, from any number of threads.
 */
@FunctionalInterface
public interface PatientLinks {
  /**
   * The patients that these resources are or refer to. Nothing is said of a resource that is
   * decided otherwise than by its own patients: a Binary, a Bundle, a Subscription.
   *
   * @param resources HAPI's own keys, at most {@value #MOST}
   */
  List<Link> of(Collection<Long> resources);

  /** Most resources to ask for at once. */
  int MOST = 1_000;

  /** A resource, by HAPI's own key, and a patient without whose permit it is refused. */
  record Link(long resource, PatientId patient) {}
}
