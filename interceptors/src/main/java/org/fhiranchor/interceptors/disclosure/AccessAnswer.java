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
 * @param left what a write was let near and did not replace: told whatever the status is
 */
public record AccessAnswer(
    AccessQuestion question,
    int status,
    List<ShownResource> shown,
    List<ShownResource> behind,
    List<ShownResource> left) {
  private static final int NOT_MODIFIED = 304;

  public AccessAnswer {
    shown = List.copyOf(shown);
    behind = List.copyOf(behind);
    left = List.copyOf(left);
  }

  /** Of a question that left nothing as it was, or was no write. */
  public AccessAnswer(
      AccessQuestion question, int status, List<ShownResource> shown, List<ShownResource> behind) {
    this(question, status, shown, behind, List.of());
  }

  /** The same, of a write that let these stand. */
  AccessAnswer leaving(List<ShownResource> standing) {
    return new AccessAnswer(question, status, shown, behind, standing);
  }

  /** What it tells of, each version once. */
  List<ShownResource> tellsOf() {
    List<ShownResource> held = shows() ? shown : List.of();
    Set<String> names = held.stream().map(ShownResource::reference).collect(Collectors.toSet());
    Stream<ShownResource> others =
        Stream.concat(shows() ? behind.stream() : Stream.of(), left.stream());
    return Stream.concat(held.stream(), others.filter(one -> names.add(one.reference()))).toList();
  }

  /** Whether it tells something; also that a version is still the newest. */
  boolean shows() {
    return shows(status);
  }

  static boolean shows(int status) {
    return (status >= 200 && status < 300) || status == NOT_MODIFIED;
  }

  /** What is hidden, missing and deleted is answered with one of these. */
  boolean refuses() {
    return status == 403 || status == 404 || status == 410;
  }
}
