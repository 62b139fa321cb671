package org.fhiranchor.interceptors.log.recording;

import java.util.List;
import java.util.Set;

/**
 * Which resources refer to which Binary, ever: HAPI's index of references leaves out attachments
 * and extensions. Rows are added in the transaction that stores the resource and never taken away:
 * who asks looks whether the resource still refers to it.
 */
public interface BinaryReferences {
  /** Most resources that are told of one Binary. */
  int MOST = 1_000;

  /**
   * Adds what a stored version refers to; what is there already stays.
   *
   * @param from normalised reference of the resource, {@code "DocumentReference/1"}
   * @param binaries normalised references, {@code "Binary/1"}
   */
  void add(String from, Set<String> binaries);

  /**
   * Whether every version that is stored was looked at. As long as it is not, {@link #to} may leave
   * out what was stored before this was kept: ask here first.
   */
  boolean isComplete();

  /**
   * What referred to the Binary in any version, in the order of its names; at most {@value #MOST}.
   *
   * @param binary normalised reference
   */
  List<String> to(String binary);
}
