package org.fhiranchor.interceptors.log.serving;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;
import org.fhiranchor.interceptors.log.LogStore;
import org.fhiranchor.interceptors.log.SequencedLeaf;
import org.fhiranchor.interceptors.plain.RunningServer;
import org.fhiranchor.merkle.HistoryVerification;
import org.fhiranchor.merkle.LogSigningKey;
import org.fhiranchor.merkle.LogVerifierKey;
import org.fhiranchor.merkle.ProofFile;
import org.fhiranchor.merkle.ResourceKey;
import org.fhiranchor.merkle.Statement;
import org.fhiranchor.merkle.Verdict;
import org.fhiranchor.merkle.Verification;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
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
        .atMost(120, SECONDS)
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

  @ParameterizedTest(name = "STM-6 back as {0}")
  @DisplayName("STM-6 a history with a deletion and an undelete verifies, however HAPI numbers it")
  @ValueSource(strings = {"A", "B"})
  void verifiesAHistoryWithAnUndelete(String family) {
    String id = "back-as-" + family;
    put(id, "A");
    server.fhir("DELETE", "Patient/" + id, "");
    put(id, family);
    LogStore store = server.bean(LogStore.class);
    await().atMost(120, SECONDS).until(() -> store.pendingCount() == 0);
    List<HistoryVerification.Version> versions = new ArrayList<>();
    StringBuilder numbers = new StringBuilder();
    for (SequencedLeaf leaf : store.chain(new ResourceKey("Patient", id), 10)) {
      Statement.ResourceVersion stated = (Statement.ResourceVersion) leaf.statement();
      String path = "Patient/" + id + "/_history/" + stated.version();
      byte[] proof = anchoredProof(path).getBytes(UTF_8);
      versions.add(
          new HistoryVerification.Version(
              stated.content().map(digest -> read(path).getBytes(UTF_8)), proof));
      numbers.append(stated.version()).append(' ').append(stated.operation().word()).append(' ');
    }
    assertThat(numbers.toString()).matches("1 create 2 delete [34] create ");
    LedgerEvidence ledger = server.bean(LedgerEvidence.class);
    assertThat(HistoryVerification.verify(versions, key, ledger::of))
        .as(numbers.toString())
        .isInstanceOf(Verdict.Verified.class);
  }

  @Test
  @DisplayName("PRF-2 RES_UPDATED of a deletion, which has no content, is held against the leaf")
  void findsAnEditedInstantOfADeletion() {
    put("gone-when", "A");
    server.fhir("DELETE", "Patient/gone-when", "");
    anchoredProof("Patient/gone-when/_history/2");
    assertThat(read("Patient/gone-when/_history/2/$verify")).contains("\"verified\"");
    String minutes =
        "update HFJ_RES_VER set RES_UPDATED = RES_UPDATED %s interval '1' minute where RES_VER = 2"
            + " and RES_ID = (select RES_ID from HFJ_RESOURCE where FHIR_ID = 'gone-when')";
    JdbcTemplate jdbc = new JdbcTemplate(server.bean(DataSource.class));
    assertThat(jdbc.update(minutes.formatted("-"))).isEqualTo(1);
    assertThat(read("Patient/gone-when/_history/2/$verify"))
        .contains("\"not-verified\"", "RES_UPDATED");
    jdbc.update(minutes.formatted("+"));
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
