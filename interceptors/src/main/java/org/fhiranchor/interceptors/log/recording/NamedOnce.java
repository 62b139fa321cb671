package org.fhiranchor.interceptors.log.recording;

import ca.uhn.fhir.interceptor.api.Hook;
import ca.uhn.fhir.interceptor.api.Interceptor;
import ca.uhn.fhir.interceptor.api.Pointcut;
import ca.uhn.fhir.rest.api.EncodingEnum;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.rest.server.exceptions.UnprocessableEntityException;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.exc.StreamReadException;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Set;
import java.util.regex.Pattern;
import org.fhiranchor.interceptors.identity.RequestFacts;

/**
 * Refuses a JSON body that names a member of an object twice: HAPI's parser keeps the last of them
 * without a word, others the first (CAN-1; RFC 8259 section 4). Belongs in the registry of the
 * RestfulServer.
 */
@Interceptor(order = HugeNumbers.ORDER + 1)
public final class NamedOnce {
  /** As lenient as HAPI's own parser: what this cannot read, that cannot either. */
  private static final JsonFactory JSON =
      JsonFactory.builder()
          .enable(JsonReadFeature.ALLOW_LEADING_PLUS_SIGN_FOR_NUMBERS)
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxStringLength(Integer.MAX_VALUE)
                  .maxNameLength(Integer.MAX_VALUE)
                  .maxNumberLength(Integer.MAX_VALUE)
                  .build())
          .build();

  private static final Pattern NAME = Pattern.compile("[A-Za-z_]{1,64}");

  /** Before the body is parsed. */
  @Hook(Pointcut.SERVER_INCOMING_REQUEST_POST_PROCESSED)
  public void arriving(RequestDetails request) {
    if (RequestFacts.bringsBody(request) && !isRaw(request)) {
      check(request.loadRequestContents());
    }
  }

  /** What becomes a Binary is kept byte by byte, whatever it holds. */
  private static boolean isRaw(RequestDetails request) {
    return "Binary".equals(request.getResourceName())
        && EncodingEnum.forContentTypeStrict(request.getHeader("Content-Type")) == null;
  }

  /** Looks at a JSON text; whether it is well-formed is the parser's to say. */
  static void check(byte[] body) {
    int at = 0;
    // HAPI's parser skips blanks of every kind
    while (at < body.length && body[at] != '{' && body[at] != '[' && body[at] != '<') {
      at++;
    }
    if (at == body.length || body[at] == '<') {
      return;
    }
    try (JsonParser parser = JSON.createParser(body, at, body.length - at)) {
      names(parser);
    } catch (StreamReadException malformed) {
      return;
    } catch (IOException e) {
      throw new UncheckedIOException("reading a body from memory", e);
    }
  }

  private static void names(JsonParser parser) throws IOException {
    Deque<Set<String>> objects = new ArrayDeque<>();
    for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
      if (token == JsonToken.START_OBJECT) {
        objects.push(new HashSet<>());
      } else if (token == JsonToken.END_OBJECT) {
        objects.pop();
      } else if (token == JsonToken.FIELD_NAME && !objects.element().add(parser.currentName())) {
        throw new UnprocessableEntityException(
            "body: want each member of an object once, got %s twice"
                .formatted(
                    NAME.matcher(parser.currentName()).matches() ? parser.currentName() : "one"));
      }
    }
  }
}
