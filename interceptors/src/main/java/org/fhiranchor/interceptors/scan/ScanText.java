package org.fhiranchor.interceptors.scan;

import ca.uhn.fhir.context.FhirContext;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.fhiranchor.merkle.CsvText;
import org.fhiranchor.merkle.JsonValue;
import org.hl7.fhir.r4.model.OperationOutcome;

/** The report of a scan: as an OperationOutcome, as CSV, or a line of JSON for each finding. */
final class ScanText {
  private static final int PAGE = 1_000;

  private final Scan scan;
  private final ScanStore store;
  private final FhirContext context;

  ScanText(Scan scan, ScanStore store, FhirContext context) {
    this.scan = scan;
    this.store = store;
    this.context = context;
  }

  static String note(FhirContext context, String words) {
    OperationOutcome outcome = new OperationOutcome();
    add(outcome, OperationOutcome.IssueSeverity.INFORMATION, words);
    return context.newJsonParser().encodeResourceToString(outcome);
  }

  private static OperationOutcome.OperationOutcomeIssueComponent add(
      OperationOutcome outcome, OperationOutcome.IssueSeverity severity, String words) {
    return outcome
        .addIssue()
        .setSeverity(severity)
        .setCode(
            severity == OperationOutcome.IssueSeverity.ERROR
                ? OperationOutcome.IssueType.INVALID
                : OperationOutcome.IssueType.INFORMATIONAL)
        .setDiagnostics(words);
  }

  String outcome() {
    OperationOutcome outcome = new OperationOutcome();
    add(
        outcome,
        OperationOutcome.IssueSeverity.INFORMATION,
        "%d rows were looked at, %d things are wrong, the first %d of them are named"
            .formatted(scan.done(), scan.findings(), Math.min(scan.findings(), ScanRunner.MOST)));
    each(
        finding ->
            add(
                    outcome,
                    OperationOutcome.IssueSeverity.ERROR,
                    finding.place() + ": " + finding.what())
                .getDetails()
                .setText(finding.code()));
    return context.newJsonParser().encodeResourceToString(outcome);
  }

  String csv() {
    StringBuilder csv = new StringBuilder("kind,place,finding").append(CsvText.END);
    each(
        finding ->
            csv.append(CsvText.quotedLine(List.of(finding.code(), finding.place(), finding.what())))
                .append(CsvText.END));
    return csv.toString();
  }

  String ndjson() {
    StringBuilder lines = new StringBuilder();
    each(
        finding -> {
          Map<String, JsonValue> members = new TreeMap<>();
          members.put("kind", new JsonValue.Str(finding.code()));
          members.put("place", new JsonValue.Str(finding.place()));
          members.put("finding", new JsonValue.Str(finding.what()));
          lines.append(new JsonValue.Obj(members).toJson()).append('\n');
        });
    return lines.toString();
  }

  private void each(Consumer<Finding> told) {
    int next = 1;
    List<Finding> page;
    do {
      page = store.findings(scan.id(), next, PAGE);
      page.forEach(told);
      next += page.size();
    } while (page.size() == PAGE);
  }
}
