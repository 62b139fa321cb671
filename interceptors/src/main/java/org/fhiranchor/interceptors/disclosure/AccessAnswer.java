package org.fhiranchor.interceptors.disclosure;

import java.util.List;

/**
 * What came of one question.
 *
 * @param status the HTTP status, of the answer or of the entry in it
 * @param shown the resources that the answer holds
 */
public record AccessAnswer(AccessQuestion question, int status, List<ShownResource> shown) {
  private static final int NOT_MODIFIED = 304;

  public AccessAnswer {
    shown = List.copyOf(shown);
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
