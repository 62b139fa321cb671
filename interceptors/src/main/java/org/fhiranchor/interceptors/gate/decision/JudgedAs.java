package org.fhiranchor.interceptors.gate.decision;

import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.r4.model.Resource;

/**
 * What this server makes of a stored resource, and hands out to whoever may see that one, is
 * decided about as that one is. The note is on the very object; nothing a client sends has it.
 */
public final class JudgedAs {
  private static final String KEY = "org.fhiranchor.gate.judged-as";

  private JudgedAs() {}

  /** Notes on something made here what it was made of. */
  public static void note(Resource made, Resource of) {
    made.setUserData(KEY, of);
  }

  /** What to decide about: the resource itself, unless it was made of another. */
  static IBaseResource of(IBaseResource resource) {
    return resource instanceof Resource made && made.getUserData(KEY) instanceof Resource of
        ? of
        : resource;
  }
}
