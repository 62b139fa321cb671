package org.fhiranchor.interceptors.log.serving;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.http.HttpResponse;
import javax.sql.DataSource;
import org.fhiranchor.interceptors.plain.RunningServer;
import org.fhiranchor.merkle.LogSigningKey;
import org.fhiranchor.merkle.LogVerifierKey;
import org.fhiranchor.merkle.ProofFile;
import org.fhiranchor.merkle.Verdict;
import org.fhiranchor.merkle.Verification;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.JdbcTemplate;

/** $proof and $verify over real HTTP, against a real ledger. */
final class ProofOperationsTest {
  private final RunningServer server = RunningServer.shared();
  private final LogVerifierKey key = server.bean(LogSigningKey.class).verifierKey();

  private void put(String id, String family) {
    HttpResponse<String> answer =
        server.fhir(
            "PUT",
            "Patient/" + id,
            "{\"resourceType\":\"Patient\",\"id\":\""
                + id
                + "\",\"name\":[{\"family\":\""
                + family
                + "\"}]}");
    assertThat(answer.statusCode()).as(answer.body()).isBetween(200, 299);
  }

  private String read(String path) {
    return server.fhir("GET", path, "").body();
  }

  private String anchoredProof(String path) {
    await()
        .atMost(30, SECONDS)
        .until(() -> server.fhir("GET", path + "/$proof", "").body().contains("\"anchor\":{"));
    return read(path + "/$proof");
  }

  private Verdict verify(String resource, String proof) {
    LedgerEvidence ledger = server.bean(LedgerEvidence.class);
    byte[] file = proof.getBytes(UTF_8);
    return Verification.ofResource(
        resource.getBytes(UTF_8), file, key, ledger.of(ProofFile.parse(file)));
  }

  @Test
  @DisplayName("VER-1 a version that was read verifies against the ledger's head")
  void provesWhatWasRead() {
    put("proven", "A");
    put("proven", "B");
    String old = anchoredProof("Patient/proven/_history/1");
    String current = anchoredProof("Patient/proven");
    assertThat(verify(read("Patient/proven/_history/1"), old)).isInstanceOf(Verdict.Verified.class);
    assertThat(verify(read("Patient/proven"), current)).isInstanceOf(Verdict.Verified.class);
    assertThat(verify(read("Patient/proven"), old)).isInstanceOf(Verdict.NotVerified.class);
    assertThat(current.length()).isLessThan(4096);
  }

  @Test
  @DisplayName("VER-1 a row edited by SQL is found out, and $verify says which step failed")
  void findsAnEditedRow() {
    put("tampered", "Truth");
    anchoredProof("Patient/tampered");
    assertThat(read("Patient/tampered/$verify")).contains("\"verified\"");
    assertThat(edit("Truth", "Lie")).isEqualTo(1);
    assertThat(read("Patient/tampered")).contains("Lie");
    assertThat(read("Patient/tampered/$verify")).contains("\"not-verified\"", "content-digest");
    assertThat(verify(read("Patient/tampered"), anchoredProof("Patient/tampered")))
        .isInstanceOf(Verdict.NotVerified.class);
    assertThat(edit("Lie", "Truth")).isEqualTo(1);
  }

  private int edit(String from, String to) {
    return new JdbcTemplate(server.bean(DataSource.class))
        .update(
            "update HFJ_RES_VER set RES_TEXT_VC = replace(RES_TEXT_VC, ?, ?) where RES_TEXT_VC"
                + " like ?",
            from,
            to,
            "%" + from + "%");
  }

  @Test
  @DisplayName("a deletion has a proof of its own; what never was has none")
  void provesDeletions() {
    put("gone", "A");
    server.fhir("DELETE", "Patient/gone", "");
    String proof = anchoredProof("Patient/gone/_history/2");
    byte[] file = proof.getBytes(UTF_8);
    LedgerEvidence ledger = server.bean(LedgerEvidence.class);
    assertThat(Verification.ofStatement(file, key, ledger.of(ProofFile.parse(file))))
        .isInstanceOf(Verdict.Verified.class);
    assertThat(server.fhir("GET", "Patient/gone/$proof", "").statusCode()).isEqualTo(410);
    assertThat(server.fhir("GET", "Patient/never/$proof", "").statusCode()).isEqualTo(404);
  }

  @Test
  @DisplayName("a proof has its own media type, an unlogged version a reason")
  void answersWithTheRightTypes() {
    put("typed", "A");
    anchoredProof("Patient/typed");
    HttpResponse<String> proof = server.fhir("GET", "Patient/typed/$proof", "");
    assertThat(proof.statusCode()).isEqualTo(200);
    assertThat(proof.headers().firstValue("Content-Type")).hasValue(ProofFile.MEDIA_TYPE);
    new JdbcTemplate(server.bean(DataSource.class))
        .update(
            "update anchor_leaf set chain = 'resource:Patient/elsewhere' where chain ="
                + " 'resource:Patient/typed'");
    HttpResponse<String> missing = server.fhir("GET", "Patient/typed/$proof", "");
    new JdbcTemplate(server.bean(DataSource.class))
        .update(
            "update anchor_leaf set chain = 'resource:Patient/typed' where chain ="
                + " 'resource:Patient/elsewhere'");
    assertThat(missing.statusCode()).isEqualTo(404);
    assertThat(missing.body()).contains("before the extension was installed");
  }

  @Test
  @DisplayName("the CapabilityStatement names $proof and $verify")
  void isDeclared() {
    assertThat(read("metadata")).contains("\"proof\"", "\"verify\"");
  }
}
