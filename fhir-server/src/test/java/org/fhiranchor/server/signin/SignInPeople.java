package org.fhiranchor.server.signin;

import java.util.List;
import org.fhiranchor.interceptors.identity.demo.DemoRole;

/** People and apps for tests that want no server. */
final class SignInPeople {
  private SignInPeople() {}

  static DemoPerson named(String id, DemoRole role) {
    return new DemoPerson(id, id, id, role, "Practitioner/" + id, List.of("TREAT"));
  }

  static App app(String id) {
    return new App(
        id,
        id,
        List.of("http://localhost:9125/callback"),
        null,
        List.of("authorization_code", "refresh_token"),
        App.NONE,
        "openid offline_access user/*.rs",
        null,
        null,
        null,
        0,
        false,
        false);
  }
}
