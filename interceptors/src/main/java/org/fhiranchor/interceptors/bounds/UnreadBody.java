package org.fhiranchor.interceptors.bounds;

import ca.uhn.fhir.interceptor.api.Hook;
import ca.uhn.fhir.interceptor.api.Interceptor;
import ca.uhn.fhir.interceptor.api.Pointcut;
import ca.uhn.fhir.rest.server.servlet.ServletRequestDetails;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends a request whose body nobody read because it was refused first. The server would close the
 * connection with a body still on its way, and the client's next request on that connection would
 * fail. A small body is read; before a large one the client is told that the connection ends (RFC
 * 9112 section 9.6). Belongs in the registry of the RestfulServer.
 */
@Interceptor
public final class UnreadBody {
  private static final Logger LOG = LoggerFactory.getLogger(UnreadBody.class);

  /** Bytes. */
  private static final int SMALL = 64 * 1024;

  @Hook(Pointcut.SERVER_OUTGOING_FAILURE_OPERATIONOUTCOME)
  public void refused(@Nullable ServletRequestDetails request) {
    if (request != null && request.getRequestContentsIfLoaded() == null) {
      end(request.getServletRequest(), request.getServletResponse());
    }
  }

  private static void end(HttpServletRequest request, HttpServletResponse response) {
    long declared = request.getContentLengthLong();
    boolean plain =
        request.getHeader("Transfer-Encoding") == null
            && request.getHeader("Content-Encoding") == null;
    if (declared == 0 || (declared < 0 && plain)) {
      return;
    }
    if (!plain || declared > SMALL || !isReadToTheEnd(request)) {
      response.setHeader("Connection", "close");
    }
  }

  private static boolean isReadToTheEnd(HttpServletRequest request) {
    try {
      request.getInputStream().skipNBytes(request.getContentLengthLong());
      return true;
    } catch (IOException gone) {
      LOG.debug("the body of a refused request did not come", gone);
      return false;
    }
  }
}
