package org.fhiranchor.interceptors.bounds;

import ca.uhn.fhir.interceptor.api.Hook;
import ca.uhn.fhir.interceptor.api.Interceptor;
import ca.uhn.fhir.interceptor.api.Pointcut;
import ca.uhn.fhir.jpa.model.util.JpaConstants;
import ca.uhn.fhir.rest.api.Constants;
import ca.uhn.fhir.rest.api.EncodingEnum;
import ca.uhn.fhir.rest.api.RequestTypeEnum;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.rest.server.exceptions.InvalidRequestException;
import ca.uhn.fhir.rest.server.exceptions.UnclassifiedServerFailureException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.fhiranchor.interceptors.identity.RequestFacts;

/**
 * Takes bodies in UTF-8 alone (FHIR R4 §3.1.0.1.10), and refuses bytes that are none: HAPI's
 * parsers would put U+FFFD in their place and store that (CAN-1, CAN-8). Belongs in the registry of
 * the RestfulServer.
 */
@Interceptor
public final class Utf8Bodies {
  private static final int UNSUPPORTED_MEDIA_TYPE = 415;
  private static final int PIECE = 8192;
  private static final Pattern CHARSET =
      Pattern.compile(";\\s*charset\\s*=\\s*\"?([^\";\\s]*)", Pattern.CASE_INSENSITIVE);
  private static final Pattern DECLARED =
      Pattern.compile("^\\s*<\\?xml[^>]*\\sencoding\\s*=\\s*[\"']([^\"']*)");
  private static final int DECLARATION = 200;

  /** Before anybody reads the body. */
  @Hook(value = Pointcut.SERVER_INCOMING_REQUEST_POST_PROCESSED, order = RequestBounds.ARRIVING - 1)
  public void arriving(RequestDetails request) {
    String contentType =
        Objects.requireNonNullElse(request.getHeader(Constants.HEADER_CONTENT_TYPE), "");
    if (RequestFacts.bringsBody(request) && !isContent(request, contentType)) {
      check(contentType, request.loadRequestContents());
    }
  }

  /** Bytes that are stored as they come: those of a Binary, in any format but FHIR's own. */
  private static boolean isContent(RequestDetails request, String contentType) {
    return !contentType.isEmpty()
        && ("Binary".equals(request.getResourceName())
            || JpaConstants.OPERATION_BINARY_ACCESS_WRITE.equals(request.getOperation()))
        && request.getRequestType() != RequestTypeEnum.PATCH
        && EncodingEnum.forContentTypeStrict(contentType) == null;
  }

  /**
   * Looks at one body.
   *
   * @throws UnclassifiedServerFailureException with 415 where it says that it is in another charset
   * @throws InvalidRequestException where it is no UTF-8
   */
  static void check(String contentType, byte[] body) {
    if (body.length == 0) {
      return;
    }
    named(CHARSET, contentType).ifPresent(Utf8Bodies::require);
    int wrong = firstWrong(body);
    if (wrong >= 0) {
      throw new InvalidRequestException("body: want UTF-8, got another byte at " + wrong);
    }
    String begin =
        new String(body, 0, Math.min(body.length, DECLARATION), StandardCharsets.ISO_8859_1);
    named(DECLARED, begin).ifPresent(Utf8Bodies::require);
  }

  private static Optional<String> named(Pattern pattern, String text) {
    Matcher found = pattern.matcher(text);
    return found.find() ? Optional.of(found.group(1)) : Optional.empty();
  }

  private static void require(String charset) {
    String plain = charset.toLowerCase(Locale.ROOT);
    if (!plain.equals("utf-8") && !plain.equals("utf8")) {
      throw new UnclassifiedServerFailureException(
          UNSUPPORTED_MEDIA_TYPE, "body: want the charset UTF-8");
    }
  }

  /** Where the first byte stands that is no UTF-8; -1 where all are. */
  private static int firstWrong(byte[] body) {
    CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
    ByteBuffer bytes = ByteBuffer.wrap(body);
    CharBuffer piece = CharBuffer.allocate(PIECE);
    CoderResult result = decoder.decode(bytes, piece, true);
    while (result.isOverflow()) {
      piece.clear();
      result = decoder.decode(bytes, piece, true);
    }
    return result.isError() ? bytes.position() : -1;
  }
}
