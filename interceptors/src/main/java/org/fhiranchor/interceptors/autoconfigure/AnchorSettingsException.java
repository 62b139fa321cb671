package org.fhiranchor.interceptors.autoconfigure;

import java.util.List;

/** The settings do not let this server start; says everything that is wrong with them at once. */
public final class AnchorSettingsException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient List<String> problems;

  /**
   * Reports at least one problem.
   *
   * @param problems one sentence each: the key, the value, and what is accepted
   */
  public AnchorSettingsException(List<String> problems) {
    super(problems.size() + " wrong setting(s):\n  - " + String.join("\n  - ", problems));
    this.problems = List.copyOf(problems);
  }

  public List<String> problems() {
    return problems;
  }
}
