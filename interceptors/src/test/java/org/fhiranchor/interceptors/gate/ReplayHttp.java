package org.fhiranchor.interceptors.gate;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.http.HttpResponse;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.fhiranchor.consent.decide.PatientId;
import org.fhiranchor.interceptors.disclosure.DisclosureStore;
import org.fhiranchor.interceptors.disclosure.SubjectTags;
import org.fhiranchor.interceptors.identity.demo.DemoRole;
import org.fhiranchor.interceptors.log.PendingLeaf;
import org.fhiranchor.interceptors.plain.JournalTexts;
import org.fhiranchor.merkle.CanonicalJson;
import org.fhiranchor.merkle.Digest;
import org.fhiranchor.merkle.Salt;
import org.fhiranchor.merkle.Statement;
import org.hl7.fhir.r4.model.Parameters;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.springframework.jdbc.core.JdbcTemplate;

/** Records of the journal, and what {@code $replay} says of them. */
@TestInstance(Lifecycle.PER_CLASS)
abstract class ReplayHttp {
  final GatedServer server = GatedServer.shared();
  final JournalReader journal = new JournalReader(server);
  final JdbcTemplate jdbc = new JdbcTemplate(server.server().bean(DataSource.class));
  final String officer = server.tokens().of(DemoRole.COMPLIANCE);

  /** A patient with one Observation, read by a practitioner of the same name. */
  String world(String name) {
    server.patient(name);
    server.observation("o-" + name, name);
    return server.tokens().practitioner("doc-" + name, "TREAT");
  }

  void consent(String name) {
    server.consent("c-" + name, name, "doc-" + name, "TREAT");
  }

  String read(String name, String token, int status) {
    assertThat(server.get(token, "Observation/o-" + name).statusCode()).isEqualTo(status);
    return newest(name);
  }

  String tag(String patient) {
    return server.server().bean(SubjectTags.class).of(Optional.of(new PatientId(patient))).hex();
  }

  /** The AuditEvent of the patient's newest record. */
  String newest(String patient) {
    return events(patient).get(0);
  }

  /** The AuditEvents of the patient's records, the newest first. */
  List<String> events(String patient) {
    return jdbc
        .queryForList(
            "select digest from disclosure where subject = ? order by disclosure_id desc",
            byte[].class,
            tag(patient))
        .stream()
        .map(ReplayHttp::event)
        .toList();
  }

  static String event(byte[] digest) {
    return "AuditEvent/disclosure-" + HexFormat.of().formatHex(digest).substring(0, 32);
  }

  HttpResponse<String> ask(String token, String record) {
    return server.get(token, "$replay?record=" + record);
  }

  Parameters replay(String record) {
    HttpResponse<String> answer = ask(officer, record);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return server.server().fhir().newJsonParser().parseResource(Parameters.class, answer.body());
  }

  static List<String> values(Parameters answer, String... path) {
    Stream<Parameters.ParametersParameterComponent> at =
        answer.getParameter().stream().filter(one -> one.getName().equals(path[0]));
    for (int i = 1; i < path.length; i++) {
      String name = path[i];
      at = at.flatMap(one -> one.getPart().stream()).filter(one -> one.getName().equals(name));
    }
    return at.map(
            one ->
                one.getValue() instanceof org.hl7.fhir.r4.model.Reference reference
                    ? reference.getReference()
                    : one.getValue().primitiveValue())
        .toList();
  }

  void assertSame(String record, String decision, String why) {
    Parameters answer = replay(record);
    assertThat(values(answer, "reason")).isEmpty();
    assertThat(values(answer, "result")).containsExactly("same");
    assertThat(values(answer, "same")).containsExactly("true");
    assertThat(values(answer, "then", "decision")).containsExactly(decision);
    assertThat(values(answer, "then", "why")).containsExactly(why);
    assertThat(values(answer, "again", "decision")).containsOnly(decision);
    assertThat(values(answer, "again", "why")).contains(why);
  }

  void assertNotSame(String record, String result, String reason) {
    Parameters answer = replay(record);
    assertThat(values(answer, "result")).containsExactly(result);
    assertThat(values(answer, "reason")).containsExactly(reason);
    assertThat(values(answer, "same"))
        .isEqualTo(result.equals("different") ? List.of("false") : List.of());
  }

  String content(String patient) {
    List<String> all = new JournalTexts(server.server()).of(tag(patient));
    return all.get(all.size() - 1);
  }

  /** A record that the log has, and that says something else than what was decided. */
  String written(String patient, Consumer<ObjectNode> change) {
    ObjectNode facts = (ObjectNode) JournalReader.parse(content(patient));
    change.accept(facts);
    byte[] json = CanonicalJson.of(facts.toString().getBytes(UTF_8));
    Digest digest = Digest.sha256(json);
    Digest subject = Digest.of(HexFormat.of().parseHex(tag(patient)));
    Instant at = Instant.parse(facts.path("recorded").asText());
    server
        .server()
        .bean(DisclosureStore.class)
        .write(
            List.of(
                new DisclosureStore.Row(
                    subject,
                    SubjectTags.NOBODY,
                    false,
                    at.toEpochMilli(),
                    new String(json, UTF_8),
                    new PendingLeaf(
                        Statement.Disclosure.waiting(at, subject, digest),
                        Salt.random(new SecureRandom()),
                        ""))),
            List.of());
    return event(digest.bytes());
  }
}
