package org.fhiranchor.interceptors.gate;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import ca.uhn.fhir.batch2.api.IJobPersistence;
import ca.uhn.fhir.batch2.model.JobInstance;
import ca.uhn.fhir.batch2.model.StatusEnum;
import ca.uhn.fhir.jpa.api.dao.DaoRegistry;
import ca.uhn.fhir.jpa.model.util.JpaConstants;
import ca.uhn.fhir.rest.api.server.SystemRequestDetails;
import ca.uhn.fhir.rest.server.exceptions.ResourceGoneException;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.fhiranchor.interceptors.erasure.ErasureRows;
import org.hl7.fhir.r4.model.Binary;
import org.hl7.fhir.r4.model.StringType;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** ERA-1: bulk exports that run while a patient is erased. */
final class ErasureWhileExportingTest {
  private static final String GONE = "exported-e2";
  private static final String SECRET = "PELICAN-e2";
  private static final int OBSERVATIONS = 40;
  private static final int EXPORTS = 6;

  private static final GatedServer SERVER = GatedServer.shared();
  private static final String LOADER = SERVER.tokens().loader();
  private static final String EXPORTER =
      SERVER.tokens().of("Practitioner/exporter-e2", "", "system/*.rs", "TREAT");
  private static final ErasureRows ROWS = SERVER.server().bean(ErasureRows.class);
  private static final IJobPersistence JOBS = SERVER.server().bean(IJobPersistence.class);

  @Test
  @DisplayName("ERA-1 an erasure ends the exports that run, and those asked for later go on")
  void endsWhatRuns() {
    load();
    int before = ROWS.exportFiles().size();
    List<String> jobs = new ArrayList<>();
    for (int i = 0; i < EXPORTS; i++) {
      jobs.add(start());
    }
    await().atMost(120, SECONDS).until(() -> ROWS.exportFiles().size() > before);
    CompletableFuture<List<String>> meanwhile =
        CompletableFuture.supplyAsync(
            () -> IntStream.range(0, EXPORTS).mapToObj(n -> start()).toList());
    ErasureOfEveryVersionTest.erase(GONE);
    jobs.addAll(meanwhile.join());
    String fresh = start();
    await().atMost(120, SECONDS).until(() -> status(fresh) == StatusEnum.COMPLETED);
    assertThat(poll(fresh).statusCode()).isEqualTo(200);
    await().atMost(120, SECONDS).until(() -> jobs.stream().allMatch(job -> status(job).isEnded()));
    assertThat(jobs).anyMatch(job -> status(job) == StatusEnum.CANCELLED);
    assertThat(files()).doesNotContain(SECRET).doesNotContain(GONE);
    writesNoFile(
        jobs.stream().filter(job -> status(job) == StatusEnum.CANCELLED).findFirst().orElseThrow());
  }

  /** A worker that was too slow. */
  private static void writesNoFile(String ended) {
    Binary file = new Binary();
    file.setId("late-e2");
    file.getMeta().addExtension(JpaConstants.BULK_META_EXTENSION_JOB_ID, new StringType(ended));
    file.setContentType("application/fhir+ndjson").setData(SECRET.getBytes(UTF_8));
    assertThatThrownBy(
            () ->
                SERVER
                    .server()
                    .bean(DaoRegistry.class)
                    .getResourceDao(Binary.class)
                    .update(file, new SystemRequestDetails()))
        .isInstanceOf(ResourceGoneException.class);
    assertThat(SERVER.versions("Binary/late-e2")).isEmpty();
  }

  @Test
  @DisplayName("ERA-1 the row of an export that named the patient says nothing any more")
  void emptiesTheRow() {
    String patient = "asked-for-e2";
    SERVER.patient(patient);
    SERVER.consent("c-" + patient, patient, "exporter-e2", "TREAT");
    String job = start("Patient/" + patient + "/$export?_type=Patient");
    assertThat(JOBS.fetchInstance(job).orElseThrow().getParameters()).contains(patient);
    String other = start();
    ErasureOfEveryVersionTest.erase(patient);
    JobInstance row = JOBS.fetchInstance(job).orElseThrow();
    assertThat(row.getStatus()).isEqualTo(StatusEnum.CANCELLED);
    assertThat(row.getParameters()).doesNotContain(patient);
    assertThat(row.getReport()).isNull();
    assertThat(poll(job).statusCode()).isEqualTo(403);
    assertThat(poll(other).statusCode()).as("cancelled").isEqualTo(404);
  }

  @Test
  @DisplayName("ERA-2 an export's file without a value stops no erasure")
  void hollowFiles() {
    Binary file = new Binary();
    file.setId("hollow-e2");
    file.getMeta().addExtension(JpaConstants.BULK_META_EXTENSION_JOB_ID, new StringType("e2"));
    file.setContentType("application/fhir+ndjson")
        .getDataElement()
        .addExtension("urn:x", new StringType("none"));
    SERVER
        .server()
        .bean(DaoRegistry.class)
        .getResourceDao(Binary.class)
        .update(file, new SystemRequestDetails());
    assertThat(ROWS.exportFiles())
        .extracting(ErasureRows.Stored::name)
        .contains("Binary/hollow-e2");
    SERVER.patient("erased-beside-e2");
    ErasureOfEveryVersionTest.erase("erased-beside-e2");
    assertThat(SERVER.versions("Patient/erased-beside-e2")).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"PUT, Binary/forged-e2", "POST, Binary", "POST, ''", "PATCH, Binary/own-e2"})
  @DisplayName("G11 ERA-2 nobody makes a file of an export, for it would be read and erased as one")
  void forgedFiles(String method, String path) {
    String own =
        "{\"resourceType\":\"Binary\",\"id\":\"%s\",\"contentType\":\"text/plain\",\"data\":\"eA==\"%s}";
    SERVER.load("Binary/own-e2", own.formatted("own-e2", ""));
    int before = SERVER.versions("Binary/own-e2").size();
    String extensions =
        "[{\"url\":\"%s\",\"valueString\":\"%s\"}]"
            .formatted(JpaConstants.BULK_META_EXTENSION_JOB_ID, start());
    String forged = own.formatted("forged-e2", ",\"meta\":{\"extension\":" + extensions + "}");
    String body = forged;
    if (method.equals("PATCH")) {
      body = "[{\"op\":\"add\",\"path\":\"/meta/extension\",\"value\":" + extensions + "}]";
    } else if (path.isEmpty()) {
      body =
          "{\"resourceType\":\"Bundle\",\"type\":\"transaction\",\"entry\":[{\"resource\":%s,\"request\":{\"method\":\"PUT\",\"url\":\"Binary/forged-e2\"}}]}"
              .formatted(forged);
    }
    HttpResponse<String> answer = SERVER.ask(SERVER.tokens().loader(), method, path, body);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(422);
    assertThat(answer.body()).contains("files of bulk exports");
    assertThat(SERVER.versions("Binary/forged-e2")).isEmpty();
    assertThat(SERVER.versions("Binary/own-e2")).hasSize(before);
  }

  @Test
  @DisplayName("ERA-2 no row of a job that ended names what was erased, and other rows stay")
  void emptiesOtherJobs() {
    String patient = "reindexed-e2";
    SERVER.patient(patient);
    SERVER.observation("o-" + patient, patient);
    SERVER.patient("stays-e2");
    List<String> named =
        Stream.of(
                "Observation?patient=" + patient,
                "Observation?_id=x&subject=Patient%2F" + patient,
                "Patient?_id=" + patient,
                "Provenance?target=Observation/o-" + patient)
            .map(url -> BatchJobsOfTests.reindex(SERVER, url))
            .toList();
    String other = BatchJobsOfTests.reindex(SERVER, "Observation?patient=stays-e2");
    ErasureOfEveryVersionTest.erase(patient);
    for (String job : named) {
      JobInstance row = JOBS.fetchInstance(job).orElseThrow();
      assertThat(row.getStatus()).isEqualTo(StatusEnum.COMPLETED);
      assertThat(row.getParameters()).doesNotContain(patient);
      assertThat(row.getReport()).isNull();
    }
    assertThat(JOBS.fetchInstance(other).orElseThrow().getParameters()).contains("stays-e2");
    assertThat(
            Stream.concat(named.stream(), Stream.of(other))
                .filter(job -> JOBS.fetchAllWorkChunksIterator(job, true).hasNext()))
        .isEmpty();
    String late = BatchJobsOfTests.reindex(SERVER, "Condition?subject=Patient/" + patient);
    ErasureOfEveryVersionTest.erase(patient);
    assertThat(JOBS.fetchInstance(late).orElseThrow().getParameters()).doesNotContain(patient);
  }

  private static void load() {
    SERVER.patient(GONE);
    String entries =
        IntStream.range(0, OBSERVATIONS)
            .mapToObj(n -> "o%d-e2".formatted(n))
            .map(
                id ->
                    "{\"resource\":%s,\"request\":{\"method\":\"PUT\",\"url\":\"Observation/%s\"}}"
                        .formatted(
                            GatedServer.observationOf(
                                id,
                                "\"subject\":{\"reference\":\"Patient/%s\"},\"valueString\":\"%s\""
                                    .formatted(GONE, SECRET)),
                            id))
            .collect(Collectors.joining(","));
    HttpResponse<String> answer =
        SERVER.ask(
            LOADER,
            "POST",
            "",
            "{\"resourceType\":\"Bundle\",\"type\":\"transaction\",\"entry\":[" + entries + "]}");
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    SERVER.consent("c-e2", GONE, "exporter-e2", "TREAT");
  }

  private static String start() {
    return start("$export?_type=Observation");
  }

  /** The id of the job. */
  private static String start(String query) {
    HttpResponse<String> started =
        SERVER.ask(
            EXPORTER, "GET", query, "", "Prefer", "respond-async", "Cache-Control", "no-cache");
    assertThat(started.statusCode()).as(started.body()).isEqualTo(202);
    String poll = started.headers().firstValue("Content-Location").orElseThrow();
    return poll.substring(poll.indexOf("_jobId=") + "_jobId=".length());
  }

  private static HttpResponse<String> poll(String job) {
    return SERVER.get(EXPORTER, "$export-poll-status?_jobId=" + job);
  }

  private static StatusEnum status(String job) {
    return JOBS.fetchInstance(job).orElseThrow().getStatus();
  }

  private static String files() {
    return ROWS.exportFiles().stream()
        .flatMap(file -> ROWS.texts(file).stream())
        .map(
            text ->
                SERVER.server().fhir().newJsonParser().parseResource(Binary.class, text).getData())
        .map(data -> data == null ? "" : new String(data, UTF_8))
        .collect(Collectors.joining());
  }
}
