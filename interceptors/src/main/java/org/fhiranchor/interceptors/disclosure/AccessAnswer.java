package org.fhiranchor.interceptors.disclosure;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What came of one question.
 *
 * @param status the HTTP status, of the answer or of the entry in it
 * @param shown the resources that the answer holds
 * @param behind resources that it tells of all the same: hits that it counts, and what its chains
 *     were led through
 */
public record AccessAnswer(
    AccessQuestion question, int status, List<ShownResource> shown, List<ShownResource> behind) {
  private static final int NOT_MODIFIED = 304;

  public AccessAnswer {
    shown = List.copyOf(shown);
    behind = List.copyOf(behind);
  }

  /** What it tells of, each version once. */
  List<ShownResource> tellsOf() {
    Set<String> names = shown.stream().map(ShownResource::reference).collect(Collectors.toSet());
    return Stream.concat(shown.stream(), behind.stream().filter(one -> names.add(one.reference())))
        .toList();
  }

  /** Whether it tells something; also that a version is still the newest. */
  boolean shows() {
    return (status >= 200 && status < 300) || status == NOT_MODIFIED;
  }

  /** What is hidden, missing and deleted is answered with one of these. */
  boolean refuses() {
    return status == 403 || status == 404 || status == 410;
  }
}
