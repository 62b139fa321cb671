package org.fhiranchor.interceptors.gate;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.rest.annotation.IdParam;
import ca.uhn.fhir.rest.annotation.Operation;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.rest.server.exceptions.InvalidRequestException;
import ca.uhn.fhir.rest.server.exceptions.UnclassifiedServerFailureException;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.fhiranchor.consent.decide.PatientId;
import org.fhiranchor.interceptors.consent.operations.CodeWords;
import org.fhiranchor.interceptors.disclosure.Accounting;
import org.fhiranchor.interceptors.disclosure.AccountingBundle;
import org.fhiranchor.interceptors.disclosure.AccountingCsv;
import org.fhiranchor.interceptors.disclosure.AccountingProofs;
import org.fhiranchor.interceptors.disclosure.AccountingRow;
import org.fhiranchor.interceptors.disclosure.DisclosureStore;
import org.fhiranchor.interceptors.gate.decision.AccessSubject;
import org.fhiranchor.interceptors.gate.decision.Unavailable;
import org.fhiranchor.interceptors.log.CorruptLogException;
import org.fhiranchor.merkle.AccountingFile;
import org.hl7.fhir.instance.model.api.IIdType;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Patient;

/**
 * {@code Patient/[id]/$disclosures}: who was shown what of a patient, and who was refused (EXP-3).
 * For the patient, and for compliance and operators; to everybody else it does not exist. Asking is
 * a disclosure itself.
 */
public final class DisclosuresOperation {
  /** Most lines of one answer. */
  static final int MOST = 10_000;

  /** What stands for the patient in proofs: who checks them must know it from here. */
  static final String TAG = "https://fhiranchor.org/fhir/sid/subject-tag";

  private static final Set<String> KNOWN =
      Set.of(
          "_count",
          "_format",
          "_offset",
          "_outputFormat",
          "_pretty",
          "_repeats",
          "_zone",
          "end",
          "start");

  /** Where the proofs of an accounting are, from wherever it was asked for (RFC 8288). */
  static final String PROOFS =
      "<?_outputFormat=proofs>; rel=\"describedby\"; type=\"" + AccountingFile.MEDIA_TYPE + '"';

  private static final int USUAL = 1_000;
  private static final int UNAVAILABLE = 503;

  private final FhirContext context;
  private final Accounting accounting;
  private final AccountingProofs proofs;
  private final Unavailable unavailable;
  private final Supplier<Recipients> recipients;

  /**
   * The operation over this journal.
   *
   * @param recipients names for one answer
   * @param refusalStatus 403 or 404
   */
  public DisclosuresOperation(
      FhirContext context,
      Accounting accounting,
      AccountingProofs proofs,
      Supplier<Recipients> recipients,
      int refusalStatus) {
    this.context = context;
    this.recipients = recipients;
    this.accounting = accounting;
    this.proofs = proofs;
    this.unavailable = new Unavailable(refusalStatus);
  }

  /**
   * The accounting: a Bundle of AuditEvents, CSV ({@code _outputFormat=csv} or {@code Accept:
   * text/csv}), a page to be printed ({@code html}, {@code Accept: text/html}), or with {@code
   * proofs} the whole of it, each record byte for byte with its proof. Broken glass comes first,
   * then the newest. {@code start} and {@code end} bound the time, {@code _offset} and {@code
   * _count} page it. With {@code _repeats=together}, and on the page, several disclosures to one
   * recipient for one purpose on one day of {@code _zone} are one row.
   */
  @Operation(
      name = "$disclosures",
      type = Patient.class,
      idempotent = true,
      manualRequest = true,
      manualResponse = true)
  public void disclosures(@IdParam IIdType id, RequestDetails request, HttpServletResponse response)
      throws IOException {
    PatientId patient =
        Optional.of(id.getIdPart())
            .filter(PatientId::isValid)
            .map(PatientId::new)
            .filter(one -> mayAsk(request, one))
            .orElseThrow(unavailable::exception);
    OperationParameters asked = OperationParameters.of(request);
    asked.requireKnown(KNOWN);
    int offset = asked.number("_offset", 0, 0, Integer.MAX_VALUE);
    String format = format(request, asked);
    int count = asked.number("_count", format.equals("html") ? MOST : USUAL, 0, MOST);
    ZoneId zone = AccountingTime.zone(asked);
    DisclosureStore.Within within = AccountingTime.within(asked);
    boolean together = together(asked, format);
    try {
      if (format.equals("proofs")) {
        proofs(patient, response);
        return;
      }
      List<Accounting.Line> lines = accounting.of(patient, within, offset, count);
      List<AccountingRow> rows =
          together ? AccountingRow.of(lines, zone) : AccountingRow.each(lines);
      switch (format) {
        case "csv" ->
            write(
                response,
                "text/csv;charset=utf-8",
                new AccountingCsv(recipients.get()::of).of(rows));
        case "html" ->
            page(
                response,
                zone,
                new AccountingPage.Part(patient, within, rows, lines.size() == count));
        default -> write(response, "application/fhir+json;charset=utf-8", bundle(patient, rows));
      }
    } catch (CorruptLogException contradiction) {
      throw new UnclassifiedServerFailureException(
          UNAVAILABLE, "the log contradicts itself: " + contradiction.getMessage());
    }
  }

  private static boolean mayAsk(RequestDetails request, PatientId patient) {
    return AccessSubject.of(request)
        .filter(
            asking ->
                asking.readsAccountings() || asking.self().filter(patient::equals).isPresent())
        .isPresent();
  }

  private static String format(RequestDetails request, OperationParameters asked) {
    String accept = Optional.ofNullable(request.getHeader("Accept")).orElse("");
    return switch (asked.only("_outputFormat").orElse("")) {
      case "csv", "text/csv" -> "csv";
      case "html", "text/html" -> "html";
      case "proofs" -> "proofs";
      case "" -> accepted(accept);
      case "json", "bundle", "application/fhir+json" -> "bundle";
      default ->
          throw new InvalidRequestException(
              "_outputFormat: want bundle, csv, html or proofs, got another");
    };
  }

  private static String accepted(String accept) {
    if (accept.startsWith("text/csv")) {
      return "csv";
    }
    return accept.startsWith("text/html") ? "html" : "bundle";
  }

  private static boolean together(OperationParameters asked, String format) {
    String usual = format.equals("html") ? "together" : "each";
    return switch (asked.only("_repeats").orElse(usual)) {
      case "together" -> true;
      case "each" -> false;
      default -> throw new InvalidRequestException("_repeats: want together or each, got another");
    };
  }

  private String bundle(PatientId patient, List<AccountingRow> rows) {
    Bundle bundle = new Bundle();
    bundle.setType(Bundle.BundleType.COLLECTION);
    bundle.setTotalElement(null);
    bundle.getIdentifier().setSystem(TAG).setValue(accounting.tag(patient));
    bundle
        .addLink()
        .setRelation("proofs")
        .setUrl(patient.reference() + "/$disclosures?_outputFormat=proofs");
    return new AccountingBundle(context).of(bundle, rows);
  }

  /** Line by line, so that its length costs no memory. */
  private void proofs(PatientId patient, HttpServletResponse response) throws IOException {
    head(response, AccountingFile.MEDIA_TYPE);
    OutputStream out = response.getOutputStream();
    try {
      proofs.write(
          patient,
          line -> {
            try {
              out.write((line + "\n").getBytes(StandardCharsets.UTF_8));
            } catch (IOException gone) {
              throw new UncheckedIOException(gone);
            }
          });
    } catch (UncheckedIOException gone) {
      throw new IOException("the accounting's reader went away", gone);
    }
  }

  private void page(HttpServletResponse response, ZoneId zone, AccountingPage.Part part)
      throws IOException {
    response.setHeader("Content-Security-Policy", AccountingPage.POLICY);
    response.setHeader("X-Content-Type-Options", "nosniff");
    AccountingPage page = new AccountingPage(zone, recipients.get()::of, CodeWords::ofJoined);
    write(response, "text/html;charset=utf-8", page.of(part));
  }

  private static void write(HttpServletResponse response, String type, String body)
      throws IOException {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    head(response, type);
    response.setHeader("Link", PROOFS);
    response.setContentLength(bytes.length);
    response.getOutputStream().write(bytes);
  }

  private static void head(HttpServletResponse response, String type) {
    response.setStatus(HttpServletResponse.SC_OK);
    response.setContentType(type);
    response.setHeader("Cache-Control", "no-store");
  }
}
