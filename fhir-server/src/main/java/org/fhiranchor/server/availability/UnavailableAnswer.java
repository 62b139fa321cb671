package org.fhiranchor.server.availability;

import ca.uhn.fhir.rest.server.exceptions.UnclassifiedServerFailureException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import org.hl7.fhir.r4.model.OperationOutcome;
import org.hl7.fhir.r4.model.OperationOutcome.IssueSeverity;
import org.hl7.fhir.r4.model.OperationOutcome.IssueType;

/** 503 with Retry-After, and the same words from wherever it is said. */
final class UnavailableAnswer {
  static final int STATUS = HttpServletResponse.SC_SERVICE_UNAVAILABLE;
  static final String RETRY_AFTER = "5";
  static final String DATABASE =
      "the database is away at the moment; what was asked may or may not have been done: ask again";
  static final String BUSY = "the server is answering as many requests as it can: ask again";

  private UnavailableAnswer() {}

  /** For HAPI to answer with. */
  static UnclassifiedServerFailureException exception() {
    UnclassifiedServerFailureException exception =
        new UnclassifiedServerFailureException(STATUS, DATABASE);
    OperationOutcome outcome = new OperationOutcome();
    outcome
        .addIssue()
        .setSeverity(IssueSeverity.ERROR)
        .setCode(IssueType.TRANSIENT)
        .setDiagnostics(DATABASE);
    exception.setOperationOutcome(outcome);
    exception.addResponseHeader("Retry-After", RETRY_AFTER);
    exception.setStackTrace(new StackTraceElement[0]);
    return exception;
  }

  /** Where HAPI is not asked: an OperationOutcome below {@code /fhir}, else a line of text. */
  static void write(HttpServletRequest request, HttpServletResponse response, String words)
      throws IOException {
    response.setStatus(STATUS);
    response.setHeader("Retry-After", RETRY_AFTER);
    response.setHeader("Cache-Control", "no-store");
    boolean fhir = request.getRequestURI().startsWith(request.getContextPath() + "/fhir");
    String wanted =
        Optional.ofNullable(request.getHeader("Accept")).orElse("").toLowerCase(Locale.ROOT);
    if (!fhir) {
      body(response, "text/plain", words);
    } else if (wanted.contains("xml") && !wanted.contains("json")) {
      body(
          response,
          "application/fhir+xml",
          ("<OperationOutcome xmlns=\"http://hl7.org/fhir\"><issue><severity value=\"error\"/><code"
                  + " value=\"transient\"/><diagnostics value=\"%s\"/></issue></OperationOutcome>")
              .formatted(words));
    } else {
      body(
          response,
          "application/fhir+json",
          ("{\"resourceType\":\"OperationOutcome\",\"issue\":[{\"severity\":\"error\","
                  + "\"code\":\"transient\",\"diagnostics\":\"%s\"}]}")
              .formatted(words));
    }
  }

  private static void body(HttpServletResponse response, String type, String text)
      throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    response.setContentType(type);
    response.setCharacterEncoding("UTF-8");
    response.setContentLength(bytes.length);
    response.getOutputStream().write(bytes);
  }
}
