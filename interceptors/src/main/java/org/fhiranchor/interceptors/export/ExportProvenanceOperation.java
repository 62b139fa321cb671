package org.fhiranchor.interceptors.export;

import static java.nio.charset.StandardCharsets.UTF_8;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.rest.annotation.Operation;
import ca.uhn.fhir.rest.api.RequestTypeEnum;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.rest.server.exceptions.UnclassifiedServerFailureException;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import org.fhiranchor.interceptors.disclosure.AccessRequester;
import org.fhiranchor.interceptors.disclosure.JournalUnavailableException;
import org.fhiranchor.interceptors.gate.OperationParameters;
import org.fhiranchor.interceptors.gate.decision.AccessSubject;
import org.fhiranchor.interceptors.gate.decision.RequesterFingerprint;
import org.fhiranchor.merkle.ExportManifest;
import org.fhiranchor.merkle.JsonValue;
import org.hl7.fhir.r4.model.OperationOutcome;
import org.hl7.fhir.r4.model.OperationOutcome.IssueSeverity;
import org.hl7.fhir.r4.model.OperationOutcome.IssueType;

/**
 * {@code $export-provenance} (EXP-1), in the pattern of Bulk Data: without {@code _job} it starts
 * an export, GET with it tells how far it is and then where its files are, DELETE ends it. For
 * compliance and operators, which their scopes decide; and each export for its own requester alone,
 * to everybody else it does not exist.
 */
public final class ExportProvenanceOperation {
  /** Most exports that wait or are made at the same time. */
  static final int MOST_RUNNING = 20;

  private static final int ACCEPTED = 202;
  private static final int NOT_FOUND = 404;
  private static final int TOO_MANY = 429;
  private static final int FAILED = 500;
  private static final int UNAVAILABLE = 503;
  private static final String NAME = "$export-provenance";
  private static final String FHIR_JSON = "application/fhir+json;charset=utf-8";

  private final FhirContext context;
  private final Parts parts;
  private final Consumer<ProvenanceExport> supervise;
  private final InstantSource clock;

  /** What it works with. */
  public record Parts(
      ExportRunner runner, ExportStore store, ExportJournal journal, ExportFolders folders) {}

  /**
   * The operation.
   *
   * @param supervise told of each export that was asked for
   */
  public ExportProvenanceOperation(
      FhirContext context, Parts parts, Consumer<ProvenanceExport> supervise, InstantSource clock) {
    this.context = context;
    this.parts = parts;
    this.supervise = supervise;
    this.clock = clock;
  }

  /** Start, look, download or end, by the request's method and parameters. */
  @Operation(
      name = NAME,
      idempotent = true,
      deleteEnabled = true,
      manualRequest = true,
      manualResponse = true)
  public void exportProvenance(RequestDetails request, HttpServletResponse response)
      throws IOException {
    AccessSubject asking =
        AccessSubject.of(request).orElseThrow(ExportProvenanceOperation::noSuchExport);
    OperationParameters parameters = OperationParameters.of(request);
    Optional<String> job = parameters.only("_job");
    if (job.isEmpty()) {
      start(asking, ExportParameters.of(parameters), request, response);
      return;
    }
    String holder = RequesterFingerprint.of(asking.who());
    ProvenanceExport export =
        parts
            .store()
            .find(job.get())
            .filter(one -> one.order().holder().equals(holder))
            .orElseThrow(ExportProvenanceOperation::noSuchExport);
    if (request.getRequestType() == RequestTypeEnum.DELETE) {
      parts.store().cancel(export.id(), clock.instant());
      parts.runner().tidy();
      write(response, ACCEPTED, FHIR_JSON, note("the export ends, its files are removed"));
      return;
    }
    Optional<String> file = parameters.only("_file");
    if (file.isPresent()) {
      download(export, file.get(), response);
    } else {
      tell(export, request, response);
    }
  }

  private static UnclassifiedServerFailureException noSuchExport() {
    return new UnclassifiedServerFailureException(NOT_FOUND, "there is no such export");
  }

  private void start(
      AccessSubject asking,
      ExportParameters asked,
      RequestDetails request,
      HttpServletResponse response)
      throws IOException {
    if (!parts.runner().isReady()) {
      response.setHeader("Retry-After", "5");
      throw new UnclassifiedServerFailureException(
          UNAVAILABLE, "a patient was erased, and the ledger has not heard of it yet: ask again");
    }
    ProvenanceExport.Order order =
        new ProvenanceExport.Order(
            UUID.randomUUID().toString(),
            RequesterFingerprint.of(asking.who()),
            new JsonValue.Obj(new AccessRequester(asking.who(), asking.breakGlassReason()).facts())
                .toJson(),
            request.getCompleteUrl(),
            asked.filter(),
            asked.format());
    add(order, response);
    parts.runner().takeOver();
    parts.store().find(order.id()).ifPresent(supervise);
    response.setHeader("Content-Location", address(request, order.id()));
    write(response, ACCEPTED, FHIR_JSON, note("the export is being made"));
  }

  /** One after the other, so that requests at the same time do not pass the limit together. */
  private synchronized void add(ProvenanceExport.Order order, HttpServletResponse response) {
    if (parts.store().running().size() >= MOST_RUNNING) {
      response.setHeader("Retry-After", "60");
      throw new UnclassifiedServerFailureException(
          TOO_MANY, "want at most " + MOST_RUNNING + " exports at the same time");
    }
    parts.store().add(order, clock.instant());
  }

  private static String address(RequestDetails request, String id) {
    return request.getFhirServerBase() + "/" + NAME + "?_job=" + id;
  }

  private void tell(ProvenanceExport export, RequestDetails request, HttpServletResponse response)
      throws IOException {
    switch (export.state()) {
      case RUNNING -> {
        String progress = progress(export);
        response.setHeader("X-Progress", progress);
        response.setHeader("Retry-After", "1");
        write(response, ACCEPTED, FHIR_JSON, note(progress));
      }
      case CANCELLED -> throw noSuchExport();
      case FAILED ->
          throw new UnclassifiedServerFailureException(
              FAILED, "this export failed, the server's log says why");
      case DONE -> {
        export
            .ended()
            .ifPresent(
                at ->
                    response.setHeader(
                        "Expires",
                        DateTimeFormatter.RFC_1123_DATE_TIME.format(
                            at.plus(parts.runner().kept()).atOffset(ZoneOffset.UTC))));
        write(
            response,
            HttpServletResponse.SC_OK,
            "application/json",
            BulkManifest.of(export, manifest(export), address(request, export.id())));
      }
    }
  }

  private static String progress(ProvenanceExport export) {
    long percent = export.total() == 0 ? 0 : 100 * export.done() / export.total();
    return "%d of %d leaves (%d %%)".formatted(export.done(), export.total(), percent);
  }

  private ExportManifest manifest(ProvenanceExport export) throws IOException {
    return ExportManifest.parse(Files.readAllBytes(file(export, ExportManifest.NAME)));
  }

  private Path file(ProvenanceExport export, String name) {
    return parts
        .folders()
        .file(export.id(), name)
        .orElseThrow(
            () ->
                new UnclassifiedServerFailureException(
                    UNAVAILABLE, "the files of this export are on another node"));
  }

  private void download(ProvenanceExport export, String name, HttpServletResponse response)
      throws IOException {
    if (export.state() != ProvenanceExport.State.DONE) {
      throw noSuchExport();
    }
    Set<String> names = BulkManifest.names(manifest(export));
    if (!names.contains(name)) {
      throw noSuchExport();
    }
    Path file = file(export, name);
    try {
      parts.journal().downloaded(export, name);
    } catch (JournalUnavailableException unavailable) {
      response.setHeader("Retry-After", "1");
      throw new UnclassifiedServerFailureException(
          UNAVAILABLE, "nothing can be shown at the moment: the record of it cannot be written");
    }
    response.setStatus(HttpServletResponse.SC_OK);
    response.setContentType(type(name));
    response.setHeader("Cache-Control", "no-store");
    response.setHeader("X-Content-Type-Options", "nosniff");
    response.setHeader("Content-Disposition", "attachment; filename=\"" + name + "\"");
    response.setContentLengthLong(Files.size(file));
    Files.copy(file, response.getOutputStream());
  }

  private static String type(String name) {
    if (List.of("Provenance.ndjson", "AuditEvent.ndjson").contains(name)) {
      return "application/fhir+ndjson";
    }
    if (name.endsWith(".csv")) {
      return "text/csv;charset=utf-8";
    }
    if (name.endsWith(".sig")) {
      return "text/plain;charset=utf-8";
    }
    return name.endsWith(".ndjson") ? "application/x-ndjson" : "application/json";
  }

  private String note(String words) {
    OperationOutcome outcome = new OperationOutcome();
    outcome
        .addIssue()
        .setSeverity(IssueSeverity.INFORMATION)
        .setCode(IssueType.INFORMATIONAL)
        .setDiagnostics(words);
    return context.newJsonParser().encodeResourceToString(outcome);
  }

  private static void write(HttpServletResponse response, int status, String type, String body)
      throws IOException {
    byte[] bytes = body.getBytes(UTF_8);
    response.setStatus(status);
    response.setContentType(type);
    response.setHeader("Cache-Control", "no-store");
    response.setContentLength(bytes.length);
    response.getOutputStream().write(bytes);
  }
}
