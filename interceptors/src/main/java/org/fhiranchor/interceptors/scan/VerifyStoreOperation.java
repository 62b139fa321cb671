package org.fhiranchor.interceptors.scan;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.rest.annotation.Operation;
import ca.uhn.fhir.rest.api.RequestTypeEnum;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.rest.server.exceptions.InvalidRequestException;
import ca.uhn.fhir.rest.server.exceptions.UnclassifiedServerFailureException;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.function.Consumer;
import org.fhiranchor.interceptors.gate.OperationParameters;

/**
 * {@code $verify-store} (EXP-6), in the pattern of Bulk Data: POST starts a scan of the whole
 * store, GET with {@code _job} tells how far it is or what it found, DELETE ends it. For compliance
 * and operators alone, which their scopes decide.
 */
public final class VerifyStoreOperation {
  private static final int ACCEPTED = 202;
  private static final int NOT_FOUND = 404;
  private static final String NAME = "$verify-store";

  private final FhirContext context;
  private final ScanRunner runner;
  private final ScanStore store;
  private final Consumer<Scan> supervise;
  private final InstantSource clock;

  /**
   * The operation.
   *
   * @param supervise told of each scan that was asked for
   */
  public VerifyStoreOperation(
      FhirContext context,
      ScanRunner runner,
      ScanStore store,
      Consumer<Scan> supervise,
      InstantSource clock) {
    this.context = context;
    this.runner = runner;
    this.store = store;
    this.supervise = supervise;
    this.clock = clock;
  }

  /** Start, look, or end, by the request's method. */
  @Operation(name = NAME, idempotent = true, deleteEnabled = true, manualResponse = true)
  public void verifyStore(RequestDetails request, HttpServletResponse response) throws IOException {
    if (request.getRequestType() == RequestTypeEnum.POST) {
      Scan scan = runner.start();
      supervise.accept(scan);
      response.setHeader(
          "Content-Location", request.getFhirServerBase() + "/" + NAME + "?_job=" + scan.id());
      write(response, ACCEPTED, "application/fhir+json", note("the scan of the store runs"));
      return;
    }
    Scan scan =
        OperationParameters.of(request)
            .only("_job")
            .flatMap(store::find)
            .orElseThrow(
                () -> new UnclassifiedServerFailureException(NOT_FOUND, "there is no such scan"));
    if (request.getRequestType() == RequestTypeEnum.DELETE) {
      store.cancel(scan.id(), clock.instant());
      write(response, ACCEPTED, "application/fhir+json", note("the scan ends"));
    } else {
      tell(scan, request, response);
    }
  }

  private void tell(Scan scan, RequestDetails request, HttpServletResponse response)
      throws IOException {
    switch (scan.state()) {
      case RUNNING -> {
        response.setHeader("X-Progress", progress(scan));
        response.setHeader("Retry-After", "1");
        write(response, ACCEPTED, "application/fhir+json", note(progress(scan)));
      }
      case CANCELLED ->
          throw new UnclassifiedServerFailureException(NOT_FOUND, "this scan was cancelled");
      case FAILED ->
          throw new UnclassifiedServerFailureException(
              500, "this scan failed, the server's log says why");
      case DONE -> report(scan, request, response);
    }
  }

  private static String progress(Scan scan) {
    long percent = scan.total() == 0 ? 0 : 100 * scan.done() / scan.total();
    return "%d of %d rows (%d %%), %d findings"
        .formatted(scan.done(), scan.total(), percent, scan.findings());
  }

  private void report(Scan scan, RequestDetails request, HttpServletResponse response)
      throws IOException {
    ScanText text = new ScanText(scan, store, context);
    String format = OperationParameters.of(request).only("_outputFormat").orElse("");
    switch (format) {
      case "", "json", "application/fhir+json" ->
          write(response, 200, "application/fhir+json;charset=utf-8", text.outcome());
      case "csv", "text/csv" -> write(response, 200, "text/csv;charset=utf-8", text.csv());
      case "ndjson", "application/ndjson", "application/fhir+ndjson" ->
          write(response, 200, "application/ndjson;charset=utf-8", text.ndjson());
      default ->
          throw new InvalidRequestException("_outputFormat: want json, csv or ndjson, got another");
    }
  }

  private String note(String words) {
    return ScanText.note(context, words);
  }

  private static void write(HttpServletResponse response, int status, String type, String body)
      throws IOException {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    response.setStatus(status);
    response.setContentType(type);
    response.setHeader("Cache-Control", "no-store");
    response.setContentLength(bytes.length);
    response.getOutputStream().write(bytes);
  }
}
