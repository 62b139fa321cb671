package org.fhiranchor.interceptors.gate;

import ca.uhn.fhir.rest.api.Constants;
import ca.uhn.fhir.rest.api.PreferReturnEnum;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.rest.api.server.ResponseDetails;
import ca.uhn.fhir.rest.server.RestfulServerUtils;
import ca.uhn.fhir.rest.server.servlet.ServletRequestDetails;
import ca.uhn.fhir.rest.server.servlet.ServletRestfulResponse;
import java.util.Set;

/**
 * The answer to a write whose writer may not see the result. HAPI's client that prefers a
 * representation reads the absolute address of one that it was not given, and would report the
 * refusal of that read as one of the write. So the address is a relative one then (RFC 9110,
 * 10.2.2), which it leaves alone.
 */
final class WithheldBody {
  private static final Set<String> ADDRESSES =
      Set.of(Constants.HEADER_LOCATION, Constants.HEADER_CONTENT_LOCATION);

  private WithheldBody() {}

  static void withhold(RequestDetails request, ResponseDetails response) {
    response.setResponseResource(null);
    if (request instanceof ServletRequestDetails servlet && prefersRepresentation(request)) {
      request.setResponse(new RelativeAddresses(servlet));
    }
  }

  private static boolean prefersRepresentation(RequestDetails request) {
    String prefer = request.getHeader(Constants.HEADER_PREFER);
    return prefer != null
        && RestfulServerUtils.parsePreferHeader(prefer).getReturn()
            == PreferReturnEnum.REPRESENTATION;
  }

  private static final class RelativeAddresses extends ServletRestfulResponse {
    private final String base;

    /** From the URL of a resource to its server's, which a resource's type stands in. */
    private final String up;

    RelativeAddresses(ServletRequestDetails request) {
      super(request);
      base = request.getFhirServerBase() + "/";
      up = request.getId() == null ? "" : "../";
    }

    @Override
    public void addHeader(String name, String value) {
      boolean own = ADDRESSES.contains(name) && value.startsWith(base);
      super.addHeader(name, own ? up + value.substring(base.length()) : value);
    }
  }
}
