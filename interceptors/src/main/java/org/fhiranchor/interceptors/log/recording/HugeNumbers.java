package org.fhiranchor.interceptors.log.recording;

import ca.uhn.fhir.interceptor.api.Hook;
import ca.uhn.fhir.interceptor.api.Interceptor;
import ca.uhn.fhir.interceptor.api.Pointcut;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.rest.server.exceptions.UnprocessableEntityException;
import org.fhiranchor.interceptors.identity.RequestFacts;

/**
 * Refuses a JSON body with a number that HAPI's parser would write out digit by digit: {@code
 * 1E999999999} takes all memory before any other hook sees it (CAN-8). Belongs in the registry of
 * the RestfulServer.
 */
@Interceptor(order = HugeNumbers.ORDER)
public final class HugeNumbers {
  /** After everybody who asks who is there. */
  static final int ORDER = 1_000_000;

  private static final int MOST_DIGITS = 1000;

  /** Before the body is parsed. */
  @Hook(Pointcut.SERVER_INCOMING_REQUEST_POST_PROCESSED)
  public void arriving(RequestDetails request) {
    if (RequestFacts.bringsBody(request)) {
      check(request.loadRequestContents());
    }
  }

  /**
   * Looks at the numbers of a JSON text. The bytes between two digits that UTF-16 has are passed
   * over.
   */
  static void check(byte[] body) {
    int at = 0;
    while (at < body.length && (body[at] <= ' ' && body[at] >= 0)) {
      at++;
    }
    if (at == body.length || body[at] == '<') {
      return;
    }
    while (at < body.length) {
      if (body[at] == '"') {
        at = endOfString(body, at + 1);
      } else if (isDigit(body[at])) {
        at = endOfNumber(body, at);
      } else {
        at++;
      }
    }
  }

  private static int endOfString(byte[] body, int from) {
    int at = from;
    while (at < body.length && body[at] != '"') {
      at += body[at] == '\\' ? 2 : 1;
    }
    return at + 1;
  }

  private static int endOfNumber(byte[] body, int from) {
    int at = from;
    int digits = 0;
    int exponent = -1;
    while (at < body.length && isNumber(body[at])) {
      if (body[at] == 'e' || body[at] == 'E') {
        exponent = 0;
      } else if (isDigit(body[at])) {
        digits++;
        exponent = exponent < 0 ? exponent : Math.min(MOST_DIGITS, exponent * 10 + body[at] - '0');
      }
      at++;
    }
    if (digits > MOST_DIGITS || exponent > StableElements.MAX_DIGITS) {
      throw new UnprocessableEntityException(
          "number at byte %d: want at most %d digits before and after the point"
              .formatted(from, StableElements.MAX_DIGITS));
    }
    return at;
  }

  private static boolean isDigit(byte b) {
    return b >= '0' && b <= '9';
  }

  private static boolean isNumber(byte b) {
    return isDigit(b) || b == '.' || b == '-' || b == '+' || b == 'e' || b == 'E' || b == 0;
  }
}
