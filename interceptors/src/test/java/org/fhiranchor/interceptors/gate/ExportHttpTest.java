package org.fhiranchor.interceptors.gate;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import ca.uhn.fhir.context.FhirContext;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.fhiranchor.interceptors.export.ExportFolders;
import org.fhiranchor.interceptors.identity.demo.DemoRole;
import org.fhiranchor.merkle.Step;
import org.fhiranchor.merkle.Verdict;
import org.hl7.fhir.r4.model.AuditEvent;
import org.hl7.fhir.r4.model.Provenance;
import org.hl7.fhir.r4.model.Resource;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;

/** {@code $export-provenance} over HTTP, from the start to a folder that is verified. */
@TestInstance(Lifecycle.PER_CLASS)
@SuppressWarnings("NullAway.Init")
final class ExportHttpTest {
  private final GatedServer server = GatedServer.shared();
  private final JournalReader journal = new JournalReader(server);
  private ExportClient officer;
  private String reader;

  @BeforeAll
  void seed() {
    officer = new ExportClient(server, server.tokens().of(DemoRole.COMPLIANCE));
    for (String patient : List.of("exported", "kept")) {
      server.patient(patient);
      server.observation("x1-" + patient, patient);
    }
    server.consent("c-exported", "exported", "exporting", "TREAT");
    reader = server.tokens().practitioner("exporting", "TREAT");
    server.get(reader, "Observation/x1-exported");
    server.get(reader, "Observation/x1-kept");
    officer.awaitAnchor();
  }

  private static List<String> lines(Path folder, String name) throws IOException {
    return Files.readAllLines(folder.resolve(name), UTF_8);
  }

  @Test
  @DisplayName("EXP-1 EXP-2 an export of everything is verified, and has a line for what happened")
  void everything(@TempDir Path folder) throws IOException {
    officer.download(officer.start(""), folder);
    assertThat(officer.verify(folder)).isInstanceOf(Verdict.Verified.class);
    assertThat(lines(folder, "Provenance.ndjson"))
        .anyMatch(line -> line.contains("\"Observation/x1-exported/_history/1\""))
        .anyMatch(line -> line.contains("\"reference\":\"Consent/c-exported\""));
    assertThat(lines(folder, "AuditEvent.ndjson"))
        .anyMatch(line -> line.contains("Observation/x1-exported/_history/1"))
        .anyMatch(line -> line.contains("\"outcome\":\"4\""));
    JsonNode manifest = ExportClient.json(Files.readString(folder.resolve("manifest.json")));
    assertThat(manifest.path("complete").path("versions").asText()).isEqualTo("proven");
    assertThat(manifest.path("range").path("from").asLong()).isZero();
  }

  @Test
  @DisplayName("EXP-2 an export of one patient proves its disclosures, and says what it does not")
  void ofPatient(@TempDir Path folder) throws IOException {
    officer.download(officer.start("?patient=exported"), folder);
    assertThat(officer.verify(folder)).isInstanceOf(Verdict.Verified.class);
    assertThat(lines(folder, "Provenance.ndjson"))
        .anyMatch(line -> line.contains("Observation/x1-exported"))
        .noneMatch(line -> line.contains("x1-kept"));
    assertThat(lines(folder, "AuditEvent.ndjson"))
        .isNotEmpty()
        .allMatch(line -> line.contains("Patient/exported"));
    JsonNode complete =
        ExportClient.json(Files.readString(folder.resolve("manifest.json"))).path("complete");
    assertThat(complete.path("disclosures").asText()).isEqualTo("proven");
    assertThat(complete.path("versions").asText())
        .isEqualTo("not proven, use an unfiltered export");
    List<String> accounting = lines(folder, "accounting.ndjson");
    Files.write(folder.resolve("accounting.ndjson"), accounting.subList(0, accounting.size() - 1));
    assertThat(officer.verify(folder)).isInstanceOf(Verdict.NotVerified.class);
  }

  @Test
  @DisplayName("EXP-1 kind, agent, resource and time choose the lines, and nothing of the range")
  void filters(@TempDir Path folder) throws IOException {
    officer.download(
        officer.start("?kind=refusals&agent=Practitioner/exporting&_since=2020"), folder);
    assertThat(officer.verify(folder)).isInstanceOf(Verdict.Verified.class);
    assertThat(lines(folder, "Provenance.ndjson")).isEmpty();
    assertThat(lines(folder, "AuditEvent.ndjson"))
        .isNotEmpty()
        .allMatch(
            line -> line.contains("Practitioner/exporting") && line.contains("\"outcome\":\"4\""));
    Files.writeString(folder.resolve("AuditEvent.ndjson"), "");
    assertThat(officer.verify(folder)).extracting("step").isEqualTo(Step.EXPORT_RECORDS);
  }

  @Test
  @DisplayName(
      "EXP-1 a body of Parameters chooses as the address does, and nothing of it is ignored")
  void posted(@TempDir Path folder) throws IOException {
    String chosen =
        """
        {"resourceType":"Parameters","parameter":[
          {"name":"kind","valueCode":"refusals"},
          {"name":"agent","valueReference":{"reference":"Practitioner/exporting"}},
          {"name":"_until","valueDate":"9999"}]}
        """;
    officer.download(officer.post(chosen), folder);
    assertThat(officer.verify(folder)).isInstanceOf(Verdict.Verified.class);
    assertThat(lines(folder, "Provenance.ndjson")).isEmpty();
    assertThat(lines(folder, "AuditEvent.ndjson"))
        .isNotEmpty()
        .allMatch(line -> line.contains("Practitioner/exporting"));
    for (String wrong :
        List.of(
            "{\"name\":\"patients\",\"valueString\":\"exported\"}",
            "{\"name\":\"patient\"}",
            "{\"name\":\"patient\",\"part\":[{\"name\":\"id\",\"valueString\":\"exported\"}]}")) {
      String body = "{\"resourceType\":\"Parameters\",\"parameter\":[" + wrong + "]}";
      assertThat(server.ask(officer.token(), "POST", ExportClient.OPERATION, body).statusCode())
          .as(wrong)
          .isEqualTo(400);
    }
  }

  @Test
  @DisplayName("EXP-1 compliance and operators start an export, and nobody else")
  void whoMay() {
    String operator = server.tokens().of("Practitioner/operator", "", "anchor/operator");
    assertThat(server.get(operator, ExportClient.OPERATION).statusCode()).isEqualTo(202);
    List<String> others =
        List.of(
            reader,
            server.tokens().patient("exported"),
            server.tokens().loader(),
            server.tokens().of("Practitioner/exporting", "", "user/*.cruds", "TREAT"));
    for (String token : others) {
      HttpResponse<String> refused = server.get(token, ExportClient.OPERATION);
      assertThat(refused.statusCode()).isEqualTo(403);
      assertThat(server.get(token, ExportClient.OPERATION + "?patient=exported").body())
          .isEqualTo(refused.body());
      assertThat(server.get(token, ExportClient.OPERATION + "?_job=none").body())
          .isEqualTo(refused.body());
    }
    assertThat(server.get("", ExportClient.OPERATION).statusCode()).isEqualTo(401);
  }

  @Test
  @DisplayName("EXP-1 an export is its own requester's alone: to another officer it does not exist")
  void twoOfficers() {
    String path = officer.start("?kind=consents");
    assertThat(officer.ended(path).statusCode()).isEqualTo(200);
    String other = server.tokens().of("Practitioner/other-officer", "", "anchor/compliance.read");
    HttpResponse<String> missing = server.get(other, ExportClient.OPERATION + "?_job=none");
    assertThat(missing.statusCode()).isEqualTo(404);
    for (String one : List.of(path, path + "&_file=manifest.json", path + "&_file=leaves.ndjson")) {
      HttpResponse<String> answer = server.get(other, one);
      assertThat(answer.statusCode()).as(one).isEqualTo(404);
      assertThat(answer.body()).isEqualTo(missing.body());
    }
    assertThat(server.ask(other, "DELETE", path, "").statusCode()).isEqualTo(404);
    assertThat(officer.ended(path).statusCode()).isEqualTo(200);
  }

  @Test
  @DisplayName("EXP-1 whoever started it ends it, and its files are gone")
  void ended() throws IOException {
    String path = officer.start("");
    assertThat(officer.ended(path).statusCode()).isEqualTo(200);
    assertThat(server.ask(officer.token(), "DELETE", path, "").statusCode()).isEqualTo(202);
    assertThat(server.get(officer.token(), path).statusCode()).isEqualTo(404);
    assertThat(server.get(officer.token(), path + "&_file=leaves.ndjson").statusCode())
        .isEqualTo(404);
    String id = path.substring(path.indexOf('=') + 1);
    assertThat(server.server().bean(ExportFolders.class).folder(id)).doesNotExist();
  }

  @Test
  @DisplayName("DIS-4 an export is a record of each patient in it, each download another")
  void recorded(@TempDir Path folder) {
    List<JsonNode> added =
        journal.added(
            "exported", () -> officer.download(officer.start("?patient=exported"), folder));
    // the start, the export itself, and each of its six files
    assertThat(added).hasSize(8);
    assertThat(added)
        .allMatch(one -> one.path("interaction").asText().equals("$export-provenance"))
        .allMatch(one -> one.path("epoch").has("block"));
    assertThat(added.get(1).path("count").asLong()).isGreaterThan(1);
    List<JsonNode> others =
        journal.added(
            "exported", () -> officer.ended(officer.start("?resource=Observation/x1-kept")));
    assertThat(others).isEmpty();
  }

  @Test
  @DisplayName("EXP-1 what is not understood is 400, and names the parameter")
  void wrong() {
    for (String query :
        List.of(
            "?_since=March",
            "?_since=2026&_until=2025",
            "?_until=%2B999999999-12-31T00:00:00Z",
            "?kind=secrets",
            "?_outputFormat=xlsx",
            "?patient=a/b/c",
            "?resource=observation",
            "?agent=",
            "?patients=exported")) {
      HttpResponse<String> answer = server.get(officer.token(), ExportClient.OPERATION + query);
      assertThat(answer.statusCode()).as(query).isEqualTo(400);
    }
  }

  @Test
  @DisplayName("EXP-1 the files are readable for the server's own user alone")
  void ownFiles() throws IOException {
    String path = officer.start("");
    officer.ended(path);
    Path folder =
        server.server().bean(ExportFolders.class).folder(path.substring(path.indexOf('=') + 1));
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder)))
        .isEqualTo("rwx------");
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files)
          .isNotEmpty()
          .allMatch(
              file -> {
                try {
                  return PosixFilePermissions.toString(Files.getPosixFilePermissions(file))
                      .equals("rw-------");
                } catch (IOException unreadable) {
                  return false;
                }
              });
    }
  }

  @Test
  @DisplayName("EXP-1 an export is CSV without formulas, or PROV-JSON, and is verified in each")
  void formats(@TempDir Path csv, @TempDir Path prov) throws IOException {
    String odd = server.tokens().of("Practitioner/exporting", "", "user/*.cruds", "TREAT");
    server.get(odd, "Observation?patient=exported&status==cmd");
    officer.download(officer.start("?_outputFormat=csv"), csv);
    assertThat(officer.verify(csv)).isInstanceOf(Verdict.Verified.class);
    assertThat(Files.readString(csv.resolve("records.csv")))
        .startsWith("leaf,kind,recorded,number,")
        .contains("Observation/x1-exported/_history/1")
        .doesNotContainPattern("(^|,)[=+@]");
    officer.download(officer.start("?_outputFormat=prov&kind=versions,consents"), prov);
    assertThat(officer.verify(prov)).isInstanceOf(Verdict.Verified.class);
    JsonNode document = ExportClient.json(Files.readString(prov.resolve("records.prov.json")));
    assertThat(document.path("prefix").path("fa").asText()).isNotEmpty();
    assertThat(document.path("bundle").properties())
        .anyMatch(
            bundle ->
                bundle
                    .getValue()
                    .path("wasGeneratedBy")
                    .path("_:version")
                    .path("prov:entity")
                    .asText()
                    .equals("fa:Observation/x1-exported/_history/1"));
  }

  @Test
  @DisplayName("EXP-2 what an export holds is what the server answers of the same id")
  void sameAsServer(@TempDir Path folder) throws IOException {
    officer.download(officer.start(""), folder);
    String own = "log.Observation.x1-exported.1";
    Provenance exported =
        lines(folder, "Provenance.ndjson").stream()
            .map(line -> (Provenance) parsed(line))
            .filter(one -> one.getIdElement().getIdPart().equals(own))
            .findFirst()
            .orElseThrow();
    Provenance answered = (Provenance) parsed(server.get(reader, "Provenance/" + own).body());
    answered.setMeta(exported.getMeta());
    answered.setEntity(exported.getEntity());
    assertThat(text(answered)).isEqualTo(text(exported));
    List<AuditEvent> events =
        lines(folder, "AuditEvent.ndjson").stream()
            .map(line -> (AuditEvent) parsed(line))
            .filter(one -> one.getEntity().stream().anyMatch(ExportHttpTest::isExported))
            .toList();
    assertThat(events).hasSizeGreaterThan(1);
    for (AuditEvent event : events) {
      AuditEvent same =
          (AuditEvent)
              parsed(
                  server
                      .get(officer.token(), "AuditEvent/" + event.getIdElement().getIdPart())
                      .body());
      same.setMeta(event.getMeta());
      same.setExtension(event.getExtension());
      assertThat(text(same)).isEqualTo(text(event));
    }
  }

  private static boolean isExported(AuditEvent.AuditEventEntityComponent entity) {
    return "Patient/exported".equals(entity.getWhat().getReference());
  }

  private static Resource parsed(String json) {
    return (Resource) FhirContext.forR4Cached().newJsonParser().parseResource(json);
  }

  private static String text(Resource resource) {
    resource.setId(resource.getIdElement().getIdPart());
    return FhirContext.forR4Cached().newJsonParser().encodeResourceToString(resource);
  }
}
