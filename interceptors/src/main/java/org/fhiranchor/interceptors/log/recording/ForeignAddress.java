package org.fhiranchor.interceptors.log.recording;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.interceptor.api.Hook;
import ca.uhn.fhir.interceptor.api.Interceptor;
import ca.uhn.fhir.interceptor.api.Pointcut;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.rest.api.server.ResponseDetails;
import java.util.concurrent.atomic.AtomicBoolean;
import org.fhiranchor.consent.facts.LocalReferences;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers under an address that is not one of this server's own (WHO-2). HAPI takes the base from
 * the request's Host header and writes references under it as relative ones, which would turn
 * another server's resource into one of ours. Belongs in the registry of the RestfulServer.
 */
@Interceptor
public final class ForeignAddress {
  private static final Logger LOG = LoggerFactory.getLogger(ForeignAddress.class);

  private final FhirContext context;
  private final LocalReferences local;
  private final AtomicBoolean told = new AtomicBoolean();

  /** For a server with these addresses. */
  public ForeignAddress(FhirContext context, LocalReferences local) {
    this.context = context;
    this.local = local;
  }

  /** Before the answer is written. */
  @Hook(Pointcut.SERVER_OUTGOING_RESPONSE)
  public void answering(RequestDetails request, ResponseDetails response) {
    String base = request.getFhirServerBase();
    if (base == null || base.isEmpty() || local.isOwnBase(base)) {
      return;
    }
    if (told.compareAndSet(false, true)) {
      LOG.warn(
          "answering under an address that is not this server's own: absolute references to it are"
              + " another server's; name the address in the setting setting=anchor.base-urls");
    }
    if (refersTo(base, response.getResponseResource())) {
      request.setFhirServerBase("");
    }
  }

  private boolean refersTo(String base, @Nullable IBaseResource resource) {
    return resource != null
        && context.newTerser().getAllResourceReferences(resource).stream()
            .map(info -> info.getResourceReference().getReferenceElement().getBaseUrl())
            .anyMatch(base::equals);
  }
}
