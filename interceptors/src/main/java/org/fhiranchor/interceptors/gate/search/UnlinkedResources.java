package org.fhiranchor.interceptors.gate.search;

import java.util.Collection;
import java.util.Optional;
import java.util.Set;

/**
 * Resources that HAPI's index of references leads from to no patient: a search narrowed to patients
 * cannot find them, and one of them may belong to a patient all the same, whom an extension names.
 */
public interface UnlinkedResources {
  /** How many versions the log holds; what was committed before is either in it or waiting. */
  long logged();

  /**
   * Logical ids of all live ones of the type; empty when there are more than wanted, or one has
   * none. Reads the whole type.
   *
   * @param paths elements whose references count, as HAPI stores them
   */
  Optional<Set<String>> all(String type, Collection<String> paths, int most);

  /**
   * The same, of those of which a version is in the log from that leaf on, or waits to be.
   *
   * @param logged a former {@link #logged}
   */
  Optional<Set<String>> changed(String type, Collection<String> paths, long logged, int most);
}
