package org.fhiranchor.interceptors.gate;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;
import org.fhiranchor.consent.decide.PatientId;
import org.fhiranchor.consent.facts.FactsReader;
import org.fhiranchor.consent.facts.LocalReferences;
import org.fhiranchor.consent.facts.RelatedResources;
import org.fhiranchor.interceptors.log.recording.BinaryReferences;
import org.hl7.fhir.r4.model.Binary;
import org.hl7.fhir.r4.model.DocumentReference;
import org.hl7.fhir.r4.model.Resource;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.JdbcTemplate;

/** Binaries that were stored before anybody noted what refers to them (OWN-2). */
@Tag("long")
final class EarlierBinariesTest {
  private static String document(String id, String patient, String binary) {
    return "{\"resourceType\":\"DocumentReference\",\"id\":\"%s\",\"status\":\"current\",\"subject\":{\"reference\":\"Patient/%s\"},\"content\":[{\"attachment\":{\"url\":\"Binary/%s\"}}]}"
        .formatted(id, patient, binary);
  }

  private static int read(GatedServer server, String token) {
    return server.get(token, "Binary/before").statusCode();
  }

  @Test
  @DisplayName(
      "OWN-2 a database of before is looked through at the start, and its Binaries have owners")
  void findsThoseOfBefore(@TempDir Path data) {
    try (GatedServer server = new GatedServer(data)) {
      for (String patient : List.of("before-mine", "before-hers")) {
        server.patient(patient);
      }
      server.consent("before-consent", "before-mine", "before-doctor", "TREAT");
      server.load(
          "Binary/before",
          "{\"resourceType\":\"Binary\",\"id\":\"before\",\"contentType\":\"text/plain\",\"data\":\"c2VjcmV0\"}");
      server.load("DocumentReference/hers", document("hers", "before-hers", "before"));
      asBefore(new JdbcTemplate(server.server().bean(DataSource.class)));
    }
    try (GatedServer server = new GatedServer(data)) {
      await()
          .atMost(120, SECONDS)
          .until(() -> server.server().bean(BinaryReferences.class).isComplete());
      assertThat(server.server().bean(BinaryReferences.class).to("Binary/before"))
          .containsExactly("DocumentReference/hers");
      String doctor = server.tokens().practitioner("before-doctor", "TREAT");
      assertThat(read(server, server.tokens().patient("before-hers"))).isEqualTo(200);
      assertThat(read(server, server.tokens().loader())).as("its writer").isEqualTo(403);
      server.load("DocumentReference/mine", document("mine", "before-mine", "before"));
      assertThat(read(server, doctor)).as("one of its two owners permits").isEqualTo(403);
      assertThat(read(server, server.tokens().patient("before-mine"))).isEqualTo(403);
    }
  }

  /** As after the first start on a database of before, with nothing looked through yet. */
  private static void asBefore(JdbcTemplate jdbc) {
    jdbc.update("delete from binary_reference");
    jdbc.update("update binary_sweep set seen_pid = null, done_at = null");
  }

  @Test
  @DisplayName("OWN-2 until all was looked through a Binary belongs to somebody unknown")
  void unknownUntilThen() {
    Binary binary = new Binary().setContentType("text/plain");
    binary.setId("Binary/b");
    DocumentReference document = new DocumentReference();
    document.setId("DocumentReference/d");
    document.getSubject().setReference("Patient/p");
    document.addContent().getAttachment().setUrl("Binary/b");
    for (boolean complete : List.of(true, false)) {
      RelatedResources related =
          new RelatedResources() {
            @Override
            public Optional<Resource> find(String reference) {
              return Optional.of(reference.startsWith("Binary/") ? binary : document);
            }

            @Override
            public boolean knowsReferrers() {
              return complete;
            }

            @Override
            public List<String> referrersOf(String name) {
              return List.of("DocumentReference/d");
            }
          };
      FactsReader facts = new FactsReader(new LocalReferences(List.of()), ZoneOffset.UTC, related);
      assertThat(facts.read(binary).everyOwner().contains(new PatientId("p"))).isEqualTo(complete);
      assertThat(facts.read(binary).parts())
          .allMatch(part -> part.owners().unknown() == !complete)
          .isNotEmpty();
    }
  }
}
