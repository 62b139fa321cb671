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
import java.util.List;
import java.util.Optional;
import org.fhiranchor.consent.decide.PatientId;
import org.fhiranchor.interceptors.disclosure.Accounting;
import org.fhiranchor.interceptors.disclosure.AccountingCsv;
import org.fhiranchor.interceptors.disclosure.AccountingProofs;
import org.fhiranchor.interceptors.disclosure.AuditEventText;
import org.fhiranchor.interceptors.gate.decision.AccessSubject;
import org.fhiranchor.interceptors.gate.decision.Unavailable;
import org.fhiranchor.interceptors.identity.scope.Role;
import org.fhiranchor.interceptors.log.CorruptLogException;
import org.fhiranchor.merkle.AccountingFile;
import org.hl7.fhir.instance.model.api.IIdType;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Patient;
import org.jspecify.annotations.Nullable;

/**
 * {@code Patient/[id]/$disclosures}: who was shown what of a patient, and who was refused (EXP-3).
 * For the patient, and for compliance and operators; to everybody else it does not exist. Asking is
 * a disclosure itself.
 */
public final class DisclosuresOperation {
  /** Most lines of one answer. */
  static final int MOST = 10_000;

  private static final int USUAL = 1_000;
  private static final int UNAVAILABLE = 503;

  private final FhirContext context;
  private final Accounting accounting;
  private final AccountingProofs proofs;
  private final Unavailable unavailable;

  /**
   * The operation over this journal.
   *
   * @param refusalStatus 403 or 404
   */
  public DisclosuresOperation(
      FhirContext context, Accounting accounting, AccountingProofs proofs, int refusalStatus) {
    this.context = context;
    this.accounting = accounting;
    this.proofs = proofs;
    this.unavailable = new Unavailable(refusalStatus);
  }

  /**
   * The accounting: a Bundle of AuditEvents, CSV ({@code _outputFormat=csv} or {@code Accept:
   * text/csv}), or with {@code _outputFormat=proofs} the whole of it, each record byte for byte
   * with its proof. Broken glass comes first, then the newest. {@code _offset} and {@code _count}
   * page it.
   */
  @Operation(name = "$disclosures", type = Patient.class, idempotent = true, manualResponse = true)
  public void disclosures(@IdParam IIdType id, RequestDetails request, HttpServletResponse response)
      throws IOException {
    PatientId patient =
        Optional.of(id.getIdPart())
            .filter(PatientId::isValid)
            .map(PatientId::new)
            .filter(one -> mayAsk(request, one))
            .orElseThrow(unavailable::exception);
    int offset = number(request, "_offset", 0, Integer.MAX_VALUE);
    int count = number(request, "_count", USUAL, MOST);
    try {
      String format = format(request);
      if (format.equals("proofs")) {
        proofs(patient, response);
        return;
      }
      List<Accounting.Line> lines = accounting.of(patient, offset, count);
      switch (format) {
        case "csv" -> write(response, "text/csv;charset=utf-8", AccountingCsv.of(lines));
        default -> write(response, "application/fhir+json;charset=utf-8", bundle(patient, lines));
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
                asking.who().has(Role.COMPLIANCE)
                    || asking.who().has(Role.OPERATOR)
                    || asking.self().filter(patient::equals).isPresent())
        .isPresent();
  }

  private static String format(RequestDetails request) {
    String accept = Optional.ofNullable(request.getHeader("Accept")).orElse("");
    String asked = parameter(request, "_outputFormat").orElse("");
    return switch (asked) {
      case "csv", "text/csv" -> "csv";
      case "proofs" -> "proofs";
      case "" -> accept.startsWith("text/csv") ? "csv" : "bundle";
      case "json", "bundle", "application/fhir+json" -> "bundle";
      default ->
          throw new InvalidRequestException(
              "_outputFormat: want bundle, csv or proofs, got another");
    };
  }

  private static int number(RequestDetails request, String name, int usual, int most) {
    String text = parameter(request, name).orElse(Integer.toString(usual));
    if (!text.matches("[0-9]{1,9}") || Integer.parseInt(text) > most) {
      throw new InvalidRequestException(name + ": want a number from 0 to " + most);
    }
    return Integer.parseInt(text);
  }

  private static Optional<String> parameter(RequestDetails request, String name) {
    String @Nullable [] values = request.getParameters().get(name);
    return values == null || values.length == 0 ? Optional.empty() : Optional.of(values[0]);
  }

  private String bundle(PatientId patient, List<Accounting.Line> lines) {
    Bundle bundle = new Bundle();
    bundle.setType(Bundle.BundleType.COLLECTION);
    bundle.setTotalElement(null);
    bundle
        .addLink()
        .setRelation("proofs")
        .setUrl(patient.reference() + "/$disclosures?_outputFormat=proofs");
    lines.forEach(line -> bundle.addEntry().setResource(AuditEventText.of(line)));
    return context.newJsonParser().encodeResourceToString(bundle);
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

  private static void write(HttpServletResponse response, String type, String body)
      throws IOException {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    head(response, type);
    response.setContentLength(bytes.length);
    response.getOutputStream().write(bytes);
  }

  private static void head(HttpServletResponse response, String type) {
    response.setStatus(HttpServletResponse.SC_OK);
    response.setContentType(type);
    response.setHeader("Cache-Control", "no-store");
  }
}
