package org.fhiranchor.consent.compile;

import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** What is noted down while one Consent is compiled. */
final class Notes {
  private final Set<String> ignored = new LinkedHashSet<>(0);
  private final Set<String> dependsOn = new HashSet<>(0);
  private int times;

  void notUnderstood(String path, String why) {
    ignored.add(path + ": " + why);
    times++;
  }

  void dependsOn(String reference) {
    dependsOn.add(reference);
  }

  /** How often something was not understood so far, the same thing twice counted twice. */
  int count() {
    return times;
  }

  List<String> ignored() {
    return List.copyOf(ignored);
  }

  Set<String> dependsOn() {
    return dependsOn;
  }
}
