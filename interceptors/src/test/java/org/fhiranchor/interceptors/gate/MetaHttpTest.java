package org.fhiranchor.interceptors.gate;

import static org.assertj.core.api.Assertions.assertThat;

import ca.uhn.fhir.context.FhirContext;
import java.net.http.HttpResponse;
import java.util.List;
import javax.sql.DataSource;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Bundle.BundleType;
import org.hl7.fhir.r4.model.Bundle.HTTPVerb;
import org.hl7.fhir.r4.model.Meta;
import org.hl7.fhir.r4.model.Parameters;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * REC-5: {@code $meta} says what the stored text says, whatever stands in HAPI's tables of tags.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class MetaHttpTest {
  private static final FhirContext CONTEXT = FhirContext.forR4Cached();
  private static final long TAG = 987_654_321;

  private final GatedServer server = GatedServer.shared();
  private final JdbcTemplate jdbc = new JdbcTemplate(server.server().bean(DataSource.class));
  private final String patient = server.tokens().patient("meta-p");

  @BeforeAll
  void labelled() {
    server.patient("meta-p");
    server.load(
        "Observation/meta-o",
        """
        {"resourceType":"Observation","id":"meta-o","status":"final","code":{"text":"x"},
         "subject":{"reference":"Patient/meta-p"},
         "meta":{"profile":["http://example.org/p"],"tag":[{"system":"http://t","code":"t"}],
          "security":[{"system":"http://terminology.hl7.org/CodeSystem/v3-ActCode","code":"42CFRPart2"}]}}
        """);
    server.load(
        "Practitioner/meta-open",
        """
        {"resourceType":"Practitioner","id":"meta-open","meta":{"tag":[{"system":"http://t","code":"t"}]}}
        """);
    jdbc.update(
        "insert into hfj_tag_def (tag_id, tag_code, tag_system, tag_type) values (?, 'R',"
            + " 'http://terminology.hl7.org/CodeSystem/v3-Confidentiality', 2)",
        TAG);
    for (String id : List.of("meta-o", "meta-open")) {
      jdbc.update(
          "insert into hfj_res_tag (pid, res_id, res_type, tag_id) select ? + res_id, res_id,"
              + " res_type, ? from hfj_resource where fhir_id = ?",
          TAG,
          TAG,
          id);
    }
  }

  @AfterAll
  void clean() {
    jdbc.update("delete from hfj_res_tag where tag_id = ?", TAG);
    jdbc.update("delete from hfj_tag_def where tag_id = ?", TAG);
  }

  private Meta ofResource(String token, String resource) {
    HttpResponse<String> read = server.get(token, resource);
    return CONTEXT.newJsonParser().parseResource(read.body()).getMeta() instanceof Meta meta
        ? meta
        : new Meta();
  }

  private static Meta in(Parameters answer) {
    return (Meta) answer.getParameterFirstRep().getValue();
  }

  private void same(String token, String resource, Meta got) {
    Meta want = ofResource(token, resource);
    assertThat(want.equalsDeep(got)).as(resource).isTrue();
    assertThat(got.hasTag()).isTrue();
  }

  @Test
  @DisplayName("REC-5 alone, by GET and POST, in JSON and XML")
  void alone() {
    for (String resource : List.of("Observation/meta-o", "Practitioner/meta-open")) {
      HttpResponse<String> got = server.get(patient, resource + "/$meta");
      assertThat(got.statusCode()).as(got.body()).isEqualTo(200);
      same(
          patient,
          resource,
          in(CONTEXT.newJsonParser().parseResource(Parameters.class, got.body())));
      HttpResponse<String> posted =
          server.ask(patient, "POST", resource + "/$meta", "{\"resourceType\":\"Parameters\"}");
      same(
          patient,
          resource,
          in(CONTEXT.newJsonParser().parseResource(Parameters.class, posted.body())));
      HttpResponse<String> xml = server.get(patient, resource + "/$meta?_format=xml");
      same(
          patient,
          resource,
          in(CONTEXT.newXmlParser().parseResource(Parameters.class, xml.body())));
    }
  }

  @ParameterizedTest
  @DisplayName("REC-5 as an entry of a batch and of a transaction")
  @EnumSource(
      value = BundleType.class,
      names = {"BATCH", "TRANSACTION"})
  void inBundles(BundleType type) {
    Bundle bundle = new Bundle().setType(type);
    List<String> resources = List.of("Practitioner/meta-open", "Observation/meta-o");
    for (String resource : resources) {
      bundle.addEntry().getRequest().setMethod(HTTPVerb.GET).setUrl(resource + "/$meta");
    }
    HttpResponse<String> answer =
        server.ask(patient, "POST", "", CONTEXT.newJsonParser().encodeResourceToString(bundle));
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    Bundle got = CONTEXT.newJsonParser().parseResource(Bundle.class, answer.body());
    for (int i = 0; i < resources.size(); i++) {
      same(patient, resources.get(i), in((Parameters) got.getEntry().get(i).getResource()));
    }
  }

  @Test
  @DisplayName("G7 a Bundle that is stored asks for nobody's labels, whatever its entries say")
  void storedBundles() {
    String stranger = server.tokens().practitioner("meta-stranger", "TREAT");
    assertThat(server.get(stranger, "Observation/meta-o").statusCode()).isEqualTo(403);
    for (String resource : List.of("Observation/meta-o", "Observation/meta-none")) {
      for (String type : List.of("collection", "batch-response", "batch")) {
        HttpResponse<String> answer =
            server.ask(
                stranger,
                "POST",
                "Bundle",
                """
                {"resourceType":"Bundle","type":"%s","entry":[{
                  "resource":{"resourceType":"Parameters",
                    "parameter":[{"name":"return","valueMeta":{"versionId":"1"}}]},
                  "request":{"method":"GET","url":"%s/$meta"}}]}
                """
                    .formatted(type, resource));
        assertThat(answer.body()).doesNotContain("42CFRPart2", "http://example.org/p");
        assertThat(answer.statusCode()).as(type + answer.body()).isIn(201, 422);
      }
    }
  }

  @ParameterizedTest
  @DisplayName("REC-5 without an id it could speak of HAPI's tables alone, and is refused")
  @ValueSource(strings = {"$meta", "Practitioner/$meta", "Observation/$meta"})
  void ofNoResource(String path) {
    for (String token : List.of(patient, server.tokens().loader())) {
      HttpResponse<String> answer = server.get(token, path);
      assertThat(answer.statusCode()).as(answer.body()).isBetween(400, 499);
      HttpResponse<String> batch =
          server.ask(
              token,
              "POST",
              "",
              """
              {"resourceType":"Bundle","type":"batch","entry":[{"request":{"method":"GET","url":"%s"}}]}
              """
                  .formatted(path));
      assertThat(batch.body()).doesNotContain("Confidentiality");
    }
  }
}
