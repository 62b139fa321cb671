package org.fhiranchor.interceptors.gate;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.fhiranchor.consent.decide.PatientId;
import org.fhiranchor.interceptors.disclosure.SubjectTags;
import org.fhiranchor.interceptors.log.Anchors;
import org.fhiranchor.interceptors.log.LogStore;
import org.fhiranchor.interceptors.plain.JournalTexts;
import org.fhiranchor.merkle.AccountingVerification;
import org.fhiranchor.merkle.HeadEvidence;
import org.fhiranchor.merkle.LogSigningKey;
import org.fhiranchor.merkle.Verdict;

/** Reads the journal of a server as it stands in its table. */
final class JournalReader {
  private final GatedServer server;
  private final JournalTexts texts;

  JournalReader(GatedServer server) {
    this.server = server;
    texts = new JournalTexts(server.server());
  }

  /** All records of a patient, oldest first; {@code ""} for those of nobody. */
  List<JsonNode> records(String patient) {
    Optional<PatientId> of =
        patient.isEmpty() ? Optional.empty() : Optional.of(new PatientId(patient));
    return texts.of(server.server().bean(SubjectTags.class).of(of).hex()).stream()
        .map(JournalReader::parse)
        .toList();
  }

  static JsonNode parse(String json) {
    try {
      return new ObjectMapper().readTree(json);
    } catch (IOException e) {
      throw new AssertionError(json, e);
    }
  }

  /** What a request adds to the journal, of one patient; {@code ""} for records of nobody. */
  List<JsonNode> added(String patient, Runnable request) {
    int before = records(patient).size();
    request.run();
    List<JsonNode> all = records(patient);
    return all.subList(before, all.size());
  }

  static String path(String url) {
    return url.substring(url.indexOf("/fhir") + 5).replaceFirst("^/", "");
  }

  /** What a verifier says of an accounting's proofs, with the log's own heads. */
  Verdict verdict(List<String> lines) {
    AccountingVerification verification =
        new AccountingVerification(
            server.server().bean(LogSigningKey.class).verifierKey(),
            proof ->
                new HeadEvidence.Pinned(
                    proof.checkpoint().checkpoint().size(), proof.checkpoint().checkpoint().root()),
            Optional.empty());
    lines.forEach(line -> verification.read(line.getBytes(UTF_8)));
    return verification.verdict();
  }

  /** The proofs of a patient's accounting, once all that is in the log now is anchored. */
  List<String> anchoredProofs(String patient) {
    String token = server.tokens().patient(patient);
    // a record that is not anchored yet, so that there is something to wait for
    server.get(token, "Patient/" + patient);
    Anchors anchors = server.server().bean(Anchors.class);
    long size = server.server().bean(LogStore.class).state().size().value();
    await()
        .atMost(120, SECONDS)
        .until(() -> anchors.latest().filter(anchor -> anchor.size().value() > size).isPresent());
    String path = "Patient/" + patient + "/$disclosures?_outputFormat=proofs";
    return server.get(token, path).body().lines().toList();
  }
}
