package org.fhiranchor.server.signin;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.fhiranchor.server.signin.SmartApp.Answer;

/** An app and how it says who it is at the token endpoint. */
record TokenClient(SmartApp app, Map<String, String> fields, List<String> headers) {
  Answer token(Map<String, String> form) {
    Map<String, String> all = new LinkedHashMap<>(form);
    all.remove("client_id");
    all.putAll(fields);
    return app.token(all, headers.toArray(String[]::new));
  }

  Answer refresh(String token) {
    return token(Map.of("grant_type", "refresh_token", "refresh_token", token));
  }
}
