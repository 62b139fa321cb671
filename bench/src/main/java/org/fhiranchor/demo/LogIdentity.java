package org.fhiranchor.demo;

/**
 * What a verifier must know from elsewhere. The demo believes the server's own word for it; whoever
 * is serious asks the operator over a second channel.
 */
record LogIdentity(String origin, String key, String logId, String contract, String rpcUrl) {
  static LogIdentity of(FhirHttp http) {
    Json info = Json.parse(http.get("/actuator/info"));
    return new LogIdentity(
        info.text("origin"),
        info.text("verifierKey"),
        info.text("logId"),
        info.text("anchorContract"),
        info.text("rpcUrl"));
  }
}
