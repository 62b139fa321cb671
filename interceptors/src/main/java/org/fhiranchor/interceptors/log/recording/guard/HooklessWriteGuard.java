package org.fhiranchor.interceptors.log.recording.guard;

import ca.uhn.fhir.interceptor.api.Hook;
import ca.uhn.fhir.interceptor.api.Interceptor;
import ca.uhn.fhir.interceptor.api.Pointcut;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.rest.server.exceptions.MethodNotAllowedException;
import java.util.Set;

/**
 * Refuses what HAPI 8.8 does to stored versions without a precommit hook (REC-2): the log would
 * become untrue. To be registered on the RestfulServer, which sees headers and operations, and on
 * the JPA registry, which sees expunge jobs however they were started.
 */
@Interceptor
public final class HooklessWriteGuard {
  private static final String REWRITE_HEADER = "X-Rewrite-History";

  private static final Set<String> REFUSED_OPERATIONS =
      Set.of(
          "$expunge",
          "$delete-expunge",
          "$hapi.fhir.bulk-patch-rewrite-history",
          "$meta-add",
          "$meta-delete");

  /** On the RestfulServer, before HAPI looks for who handles the request. */
  @Hook(Pointcut.SERVER_INCOMING_REQUEST_PRE_HANDLER_SELECTED)
  public void refuseWays(RequestDetails request) {
    if (request.getHeader(REWRITE_HEADER) != null) {
      throw refusal("the header " + REWRITE_HEADER);
    }
    if (request.getParameters().containsKey("_expunge")) {
      throw refusal("the parameter _expunge");
    }
  }

  /** On the RestfulServer, after it was decided whether the requester may ask at all. */
  @Hook(Pointcut.SERVER_INCOMING_REQUEST_PRE_HANDLED)
  public void refuseOperations(RequestDetails request) {
    String operation = request.getOperation();
    if (operation != null && REFUSED_OPERATIONS.contains(operation)) {
      throw refusal(operation);
    }
  }

  /** On the JPA registry, for expunging a resource or one of its versions. */
  @Hook(Pointcut.STORAGE_PRESTORAGE_EXPUNGE_RESOURCE)
  public void refuseExpunge() {
    throw refusal("expunge");
  }

  /** On the JPA registry, for expunging everything. */
  @Hook(Pointcut.STORAGE_PRESTORAGE_EXPUNGE_EVERYTHING)
  public void refuseExpungeEverything() {
    throw refusal("expunge");
  }

  /** On the JPA registry, for delete-expunge jobs. */
  @Hook(Pointcut.STORAGE_PRE_DELETE_EXPUNGE)
  public void refuseDeleteExpunge() {
    throw refusal("delete-expunge");
  }

  private static MethodNotAllowedException refusal(String what) {
    return new MethodNotAllowedException(
        what
            + " is refused: it changes or removes stored versions without making a new one, which"
            + " would leave the log untrue. Use PUT, PATCH or DELETE instead.");
  }
}
