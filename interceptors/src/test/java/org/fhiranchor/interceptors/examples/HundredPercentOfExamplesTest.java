package org.fhiranchor.interceptors.examples;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.MINUTES;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ca.uhn.fhir.jpa.api.config.JpaStorageSettings;
import ca.uhn.fhir.rest.server.RestfulServer;
import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.fhiranchor.interceptors.log.LogState;
import org.fhiranchor.interceptors.log.LogStore;
import org.fhiranchor.interceptors.log.serving.LedgerEvidence;
import org.fhiranchor.interceptors.log.serving.ProofAnswer;
import org.fhiranchor.interceptors.log.serving.Proofs;
import org.fhiranchor.interceptors.plain.LogAuditor;
import org.fhiranchor.interceptors.plain.RunningServer;
import org.fhiranchor.merkle.HeadEvidence;
import org.fhiranchor.merkle.LogSigningKey;
import org.fhiranchor.merkle.LogVerifierKey;
import org.fhiranchor.merkle.ProofFile;
import org.fhiranchor.merkle.ResourceKey;
import org.fhiranchor.merkle.Verdict;
import org.fhiranchor.merkle.Verification;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Writes the published examples, reads each back and checks its proof. A share of every type by
 * default; {@code -Dtest.examples=all} takes all of them, a number so many of each type.
 */
@Tag("long")
final class HundredPercentOfExamplesTest {
  private static final int THREADS = 3;
  private static final String CHOICE = System.getProperty("test.examples", "1");

  /** Of a thousand. */
  private static final int FLOOR = 970;

  /**
   * HAPI refuses 29 of all 5,306, most of them among the few of their type: a share has nearly as
   * many.
   */
  private static final int REFUSED = 17;

  @TempDir Path data;

  @Test
  @DisplayName(
      "CAN-7, VER-6 every R4 example that HAPI accepts reads back as what was recorded, and both"
          + " verifiers say so")
  void everyAcceptedExampleVerifies() throws InterruptedException, ExecutionException {
    List<Path> files =
        CHOICE.equals("all") ? ExampleFiles.all() : ExampleFiles.share(Integer.parseInt(CHOICE));
    try (RunningServer server = RunningServer.start(data)) {
      acceptAsMuchAsPossible(server.bean(JpaStorageSettings.class));
      server.bean(RestfulServer.class).registerInterceptor(new UnreadSearchParameters());
      long start = System.nanoTime();
      List<ExampleOutcome> outcomes = writeAll(server, files);
      report("written", outcomes.size(), start);
      printRefusals(outcomes);
      List<ExampleOutcome.Accepted> accepted = of(ExampleOutcome.Accepted.class, outcomes);
      assertThat(outcomes).hasSameSizeAs(files);
      waitForOneAnchorOverAll(server.bean(LogStore.class));
      report("anchored", accepted.size(), start);
      SecondVerifier second = new SecondVerifier(data);
      List<String> failures = checkAll(server, accepted, second);
      report("verified", accepted.size() - failures.size(), start);
      assertThat(failures).isEmpty();
      verifiedOnceMore(server, second, accepted.size());
      report("verified in JavaScript", second.taken(), start);
      assertThat(accepted)
          .hasSizeGreaterThanOrEqualTo(
              Math.min(files.size() * FLOOR / 1000, files.size() - REFUSED));
      new LogAuditor(server).leavesEqualVersions();
    }
  }

  /** The more HAPI takes, the more is proven: its ids, references and rules at their widest. */
  private static void acceptAsMuchAsPossible(JpaStorageSettings settings) {
    settings.setResourceServerIdStrategy(JpaStorageSettings.IdStrategyEnum.UUID);
    settings.setResourceClientIdStrategy(JpaStorageSettings.ClientIdStrategyEnum.ANY);
    settings.setAllowExternalReferences(true);
    settings.setMarkResourcesForReindexingUponSearchParameterChange(false);
  }

  /** Side by side first; what was refused once more, alone: two placeholders may have collided. */
  private static List<ExampleOutcome> writeAll(RunningServer server, List<Path> files)
      throws InterruptedException, ExecutionException {
    ExampleWriter writer = new ExampleWriter(server);
    List<ExampleOutcome> first = inParallel(files, writer::write);
    List<ExampleOutcome> last = new ArrayList<>();
    for (int i = 0; i < files.size(); i++) {
      boolean refused = first.get(i) instanceof ExampleOutcome.Refused;
      last.add(refused ? writer.write(files.get(i)) : first.get(i));
    }
    return last;
  }

  private static void waitForOneAnchorOverAll(LogStore store) {
    await()
        .atMost(3, MINUTES)
        .until(
            () -> {
              LogState state = store.state();
              return store.pendingCount() == 0 && state.anchoredSize().equals(state.size());
            });
  }

  private static void verifiedOnceMore(RunningServer server, SecondVerifier second, int versions) {
    JsonNode report = second.report(server);
    assertThat(second.taken()).isEqualTo(versions);
    for (JsonNode one : report.path("versions")) {
      assertThat(one.path("verdict").asText()).as(one.toString()).isEqualTo("verified");
    }
    assertThat(report.path("verified").asInt()).isEqualTo(versions);
  }

  private static List<String> checkAll(
      RunningServer server, List<ExampleOutcome.Accepted> accepted, SecondVerifier second)
      throws InterruptedException, ExecutionException {
    LogVerifierKey key = server.bean(LogSigningKey.class).verifierKey();
    return inParallel(accepted, one -> failure(server, one, key, second)).stream()
        .flatMap(Optional::stream)
        .toList();
  }

  /**
   * The ledger is asked after the proof was made: HAPI may write on, and be anchored, meanwhile.
   */
  private static Optional<String> failure(
      RunningServer server,
      ExampleOutcome.Accepted one,
      LogVerifierKey key,
      SecondVerifier second) {
    byte[] resource = server.fhir("GET", one.location(), "").body().getBytes(UTF_8);
    ProofFile proof = proof(server, one.location());
    second.take(resource, proof.toJson());
    HeadEvidence head = server.bean(LedgerEvidence.class).of(proof);
    Verdict verdict = Verification.ofResource(resource, proof.toJson().getBytes(UTF_8), key, head);
    return verdict instanceof Verdict.Verified
        ? Optional.empty()
        : Optional.of(one.file() + " " + one.location() + ": " + withoutPassed(verdict));
  }

  /** What {@code $proof} answers with, without the way there. */
  private static ProofFile proof(RunningServer server, String version) {
    String[] at = version.split("/_history/", 2);
    ProofAnswer answer = server.bean(Proofs.class).of(ResourceKey.parse(at[0]), at[1]);
    assertThat(answer).as(version).isInstanceOf(ProofAnswer.Ready.class);
    return ((ProofAnswer.Ready) answer).proof();
  }

  private static String withoutPassed(Verdict verdict) {
    return verdict instanceof Verdict.NotVerified not
        ? not.step() + " " + not.reason() + ", want " + not.want() + ", got " + not.got()
        : verdict.toString();
  }

  private static <A, B> List<B> inParallel(List<A> all, Function<A, B> work)
      throws InterruptedException, ExecutionException {
    ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    try {
      List<Callable<B>> calls =
          all.stream().<Callable<B>>map(one -> () -> work.apply(one)).toList();
      List<B> answers = new ArrayList<>();
      for (Future<B> done : threads.invokeAll(calls)) {
        answers.add(done.get());
      }
      return answers;
    } finally {
      threads.shutdown();
    }
  }

  private static <T> List<T> of(Class<T> kind, List<ExampleOutcome> outcomes) {
    return outcomes.stream().filter(kind::isInstance).map(kind::cast).toList();
  }

  private static void printRefusals(List<ExampleOutcome> outcomes) {
    Stream<ExampleOutcome.Refused> refused = of(ExampleOutcome.Refused.class, outcomes).stream();
    Map<String, Long> table =
        refused.collect(
            Collectors.groupingBy(
                ExampleOutcome.Refused::reason, TreeMap::new, Collectors.counting()));
    table.forEach((reason, count) -> System.out.printf("refused %4d  %s%n", count, reason));
  }

  private static void report(String what, int count, long start) {
    System.out.printf(
        "%s %d after %d s%n", what, count, (System.nanoTime() - start) / 1_000_000_000);
  }
}
