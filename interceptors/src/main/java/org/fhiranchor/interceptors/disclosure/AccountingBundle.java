package org.fhiranchor.interceptors.disclosure;

import ca.uhn.fhir.context.FhirContext;
import java.util.List;
import java.util.stream.Collectors;
import org.hl7.fhir.r4.model.Bundle;

/** An accounting as a Bundle of AuditEvents, in JSON (EXP-3). */
public final class AccountingBundle {
  private final FhirContext context;

  /** In FHIR's JSON. */
  public AccountingBundle(FhirContext context) {
    this.context = context;
  }

  /**
   * The Bundle, whose events are written on all cores, and not by HAPI, which takes most of the
   * time for them.
   *
   * @param head the Bundle without its entries; it has some other member
   */
  public String of(Bundle head, List<AccountingRow> rows) {
    String json = context.newJsonParser().encodeResourceToString(head);
    if (rows.isEmpty()) {
      return json;
    }
    return rows.parallelStream()
        .map(AuditEventJson::of)
        .collect(
            Collectors.joining(
                "},{\"resource\":",
                json.substring(0, json.length() - 1) + ",\"entry\":[{\"resource\":",
                "}]}"));
  }
}
