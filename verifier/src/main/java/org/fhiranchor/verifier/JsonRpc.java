package org.fhiranchor.verifier;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import org.fhiranchor.merkle.CanonicalFormException;
import org.fhiranchor.merkle.JsonValue;

/** JSON-RPC 2.0 over HTTP. The node is believed about the ledger, and about nothing else. */
final class JsonRpc {
  static final int MAX_ANSWER = 1 << 20;

  private static final int MAX_DEPTH = 16;

  private final URI url;
  private final BoundedHttp http;

  JsonRpc(URI url, BoundedHttp http) {
    this.url = url;
    this.http = http;
  }

  /**
   * The result of a call.
   *
   * @param params a JSON array
   * @throws IOException when the node cannot be reached, refuses, or answers with something else
   */
  JsonValue call(String method, String params) throws IOException {
    String request =
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"" + method + "\",\"params\":" + params + "}";
    byte[] answer = http.post(url, request.getBytes(StandardCharsets.UTF_8), MAX_ANSWER);
    try {
      if (JsonValue.parse(answer, MAX_ANSWER, MAX_DEPTH) instanceof JsonValue.Obj object) {
        JsonValue result = object.members().get("result");
        if (result != null) {
          return result;
        }
        throw new IOException(method + " was refused by the node: " + error(object));
      }
    } catch (CanonicalFormException wrong) {
      throw new IOException(method + ": " + wrong.getMessage(), wrong);
    }
    throw new IOException(method + ": the answer is no JSON object");
  }

  /** A result that is a string. */
  String text(String method, String params) throws IOException {
    if (call(method, params) instanceof JsonValue.Str text) {
      return text.text();
    }
    throw new IOException(method + ": want a string");
  }

  private static String error(JsonValue.Obj answer) {
    return answer.members().get("error") instanceof JsonValue.Obj error
            && error.members().get("message") instanceof JsonValue.Str message
        ? message.text()
        : "no reason given";
  }
}
