package org.fhiranchor.interceptors.store;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.interceptor.api.Hook;
import ca.uhn.fhir.interceptor.api.Interceptor;
import ca.uhn.fhir.interceptor.api.Pointcut;
import ca.uhn.fhir.jpa.subscription.model.ResourceModifiedMessage;
import ca.uhn.fhir.rest.server.messaging.BaseResourceMessage.OperationTypeEnum;
import org.hl7.fhir.instance.model.api.IIdType;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Lets a delete wait for the delivery of the version before it. HAPI keeps each change that
 * subscriptions are to hear of in a row named by resource and version, and a delete under the
 * version that it deletes: while another thread hands that row on and removes it, the delete was
 * 409 (HAPI-0826), though nobody else had written.
 */
@Interceptor
public record SqlDeliveriesInTurn(FhirContext context, JdbcClient jdbc) {
  private static final String LOCK =
      "select res_ver from hfj_resource_modified where res_id = :id and res_ver = :version and"
          + " resource_type = :type for update";

  /** Called by HAPI in the transaction of the change, before it writes the row. */
  @Hook(Pointcut.SUBSCRIPTION_RESOURCE_MODIFIED)
  public void beforeTheChangeIsKept(ResourceModifiedMessage change) {
    IIdType changed = change.getPayloadId(context);
    if (change.getOperationType() == OperationTypeEnum.DELETE && changed.hasVersionIdPart()) {
      jdbc.sql(LOCK)
          .param("id", changed.getIdPart())
          .param("version", changed.getVersionIdPart())
          .param("type", changed.getResourceType())
          .query(String.class)
          .list();
    }
  }
}
