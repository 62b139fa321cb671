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
   * The Bundle. HAPI's writing is most of what an accounting costs: each event is written by
   * itself, on all cores.
   *
   * @param head the Bundle without its entries; it has some other member
   */
  public String of(Bundle head, List<AccountingRow> rows) {
    String json = context.newJsonParser().encodeResourceToString(head);
    if (rows.isEmpty()) {
      return json;
    }
    return rows.parallelStream()
        .map(row -> context.newJsonParser().encodeResourceToString(AuditEventText.of(row)))
        .collect(
            Collectors.joining(
                "},{\"resource\":",
                json.substring(0, json.length() - 1) + ",\"entry\":[{\"resource\":",
                "}]}"));
  }
}
