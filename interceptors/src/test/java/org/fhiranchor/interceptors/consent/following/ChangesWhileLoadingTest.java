package org.fhiranchor.interceptors.consent.following;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.fhiranchor.consent.compile.ConsentCompiler;
import org.fhiranchor.consent.decide.AccessRequest;
import org.fhiranchor.consent.decide.Action;
import org.fhiranchor.consent.decide.ConsentDecider;
import org.fhiranchor.consent.decide.ConsentDecision;
import org.fhiranchor.consent.decide.ConsentPolicy;
import org.fhiranchor.consent.decide.LedgerView;
import org.fhiranchor.consent.decide.Purpose;
import org.fhiranchor.consent.decide.PurposeModes;
import org.fhiranchor.consent.decide.Reason;
import org.fhiranchor.consent.decide.RequesterFacts;
import org.fhiranchor.consent.decide.index.ConsentIndex;
import org.fhiranchor.consent.facts.FactsReader;
import org.fhiranchor.consent.facts.LocalReferences;
import org.fhiranchor.consent.facts.RelatedResources;
import org.fhiranchor.interceptors.plain.RunningServer;
import org.fhiranchor.ledger.BlockRef;
import org.fhiranchor.ledger.consent.Followed;
import org.fhiranchor.merkle.Digest;
import org.fhiranchor.merkle.LeafIndex;
import org.fhiranchor.merkle.Statement;
import org.fhiranchor.merkle.TreeSize;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r4.model.Reference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A second node's index over the database of a running server, and what it hears of that one. */
@Tag("long")
final class ChangesWhileLoadingTest {
  private static final RunningServer SERVER = RunningServer.shared();
  private static final Duration LIMIT = Duration.ofMinutes(1);

  private final ConsentIndex index = new ConsentIndex();
  private final LocalReferences references = new LocalReferences(List.of());
  private final CountDownLatch compiled = new CountDownLatch(1);
  private final CountDownLatch go = new CountDownLatch(1);
  private final AtomicBoolean away = new AtomicBoolean();
  private final ConsentIndexLoader loader = loader();
  private final ChangeFollowing changes =
      new ChangeFollowing(
          new ListThatGoesAway(SERVER.bean(RecordedChanges.class), away::get),
          loader,
          SERVER.bean(SamePerson.class),
          Clock.systemUTC());

  /** A list that can be read, or not. */
  private record ListThatGoesAway(RecordedChanges list, Supplier<Boolean> away)
      implements RecordedChanges {
    @Override
    public TreeSize size() {
      if (away.get()) {
        throw new IllegalStateException("the database went away");
      }
      return list.size();
    }

    @Override
    public List<org.fhiranchor.interceptors.log.SequencedLeaf> leaves(
        LeafIndex from, LeafIndex to) {
      return list.leaves(from, to);
    }

    @Override
    public java.util.Set<Long> erased(
        LeafIndex from, LeafIndex to, java.util.stream.Stream<LeafIndex> read) {
      return list.erased(from, to, read);
    }

    @Override
    public long[] waiting() {
      return list.waiting();
    }

    @Override
    public List<Statement> waiting(java.util.Collection<Long> numbers) {
      return list.waiting(numbers);
    }
  }

  private ConsentIndexLoader loader() {
    LedgerStandings standings = SERVER.bean(LedgerStandings.class);
    return new ConsentIndexLoader(
        SERVER.bean(StoredConsents.class),
        SERVER.bean(ConsentLinks.class),
        new LedgerStandings(standings.states(), new KeysThatWait(standings.keys(), compiled, go)),
        new ConsentCompiler(references, ZoneOffset.UTC, SERVER.bean(DaoNamedResources.class)),
        index,
        SERVER.bean(ConsentEvidence.class));
  }

  @AfterEach
  void stop() throws InterruptedException {
    go.countDown();
    changes.stop();
  }

  private static void put(String path, String json) {
    assertThat(SERVER.fhir("PUT", path, json).statusCode()).isBetween(200, 299);
  }

  private static void team(String... members) {
    StringBuilder participants = new StringBuilder();
    for (String member : members) {
      participants
          .append(participants.isEmpty() ? ",\"participant\":[" : ",")
          .append("{\"member\":{\"reference\":\"" + member + "\"}}");
    }
    put(
        "CareTeam/while-loading",
        "{\"resourceType\":\"CareTeam\",\"id\":\"while-loading\",\"status\":\"active\""
            + (participants.isEmpty() ? "" : participants + "]")
            + "}");
  }

  private static void deny(String id, String actor) {
    put(
        "Consent/" + id,
        """
        {"resourceType":"Consent","id":"%s","status":"active",
         "scope":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/consentscope",
           "code":"patient-privacy"}]},"category":[{"text":"privacy"}],
         "patient":{"reference":"Patient/while-loading"},"policyRule":{"text":"any"},
         "provision":{"type":"deny","actor":[{"role":{"coding":[{"code":"IRCP",
           "system":"http://terminology.hl7.org/CodeSystem/v3-ParticipationType"}]},
           "reference":{"reference":"%s"}}]}}
        """
            .formatted(id, actor));
  }

  /** Everybody may who is not denied. */
  private ConsentDecision decide(String doctor) {
    ConsentPolicy policy =
        new ConsentPolicy(
            new PurposeModes(PurposeModes.Mode.OPT_OUT, java.util.Map.of()),
            ConsentPolicy.BreakGlass.OFF,
            Duration.ofMinutes(2));
    Observation observation = new Observation();
    observation.setId("Observation/while-loading");
    observation.setSubject(new Reference("Patient/while-loading"));
    return new ConsentDecider(index, policy)
        .decide(
            AccessRequest.of(
                RequesterFacts.of(doctor), List.of(Purpose.TREAT), Action.ACCESS, Instant.now()),
            new FactsReader(references, ZoneOffset.UTC, RelatedResources.NOTHING_KNOWN)
                .read(observation));
  }

  private void awaitRefusal(String doctor, Reason reason) {
    await().atMost(LIMIT).until(() -> decide(doctor).equals(new ConsentDecision.Refuse(reason)));
  }

  /** As of the last instant there is: only the list can make this node stale. */
  private static Followed ledger() {
    return new Followed(
        new BlockRef(9, Digest.sha256(new byte[0])), 9, Instant.now().plusSeconds(3600));
  }

  @Test
  @DisplayName("FOL-2 what is written while a node loads is heard before that node decides")
  void hearsWhatItLoadedTooEarly() throws Exception {
    for (String doctor : List.of("early", "joins", "leaves", "denied")) {
      put(
          "Practitioner/" + doctor,
          "{\"resourceType\":\"Practitioner\",\"id\":\"" + doctor + "\"}");
    }
    put("Patient/while-loading", "{\"resourceType\":\"Patient\",\"id\":\"while-loading\"}");
    team("Practitioner/early", "Practitioner/leaves");
    deny("while-loading", "CareTeam/while-loading");
    loader.followed(ledger());
    changes.start();
    changes.begin();
    CompletableFuture<Void> loading = CompletableFuture.runAsync(loader::loadAll);
    assertThat(compiled.await(LIMIT.toSeconds(), SECONDS)).isTrue();
    team("Practitioner/early", "Practitioner/joins");
    deny("while-loading-2", "Practitioner/denied");
    assertThat(index.isComplete()).isFalse();
    assertThat(decide("Practitioner/nobody"))
        .isEqualTo(new ConsentDecision.Refuse(Reason.LEDGER_STALE));
    go.countDown();
    loading.join();
    assertThat(index.isComplete()).as("before it has heard of the changes").isFalse();
    changes.loaded();
    await().atMost(LIMIT).until(index::isComplete);
    awaitRefusal("Practitioner/joins", Reason.DENIED);
    awaitRefusal("Practitioner/denied", Reason.DENIED);
    awaitRefusal("Practitioner/early", Reason.DENIED);
    assertThat(decide("Practitioner/leaves").permitted()).isTrue();
    theListGoesAway();
  }

  private void theListGoesAway() {
    assertThat(changes.trouble()).isEmpty();
    away.set(true);
    awaitRefusal("Practitioner/leaves", Reason.LEDGER_STALE);
    assertThat(changes.trouble()).contains("changes of other nodes cannot be read");
    assertThat(index.ledger().oldest()).isEqualTo(LedgerView.Source.CHANGES);
    team("Practitioner/early", "Practitioner/leaves");
    away.set(false);
    awaitRefusal("Practitioner/leaves", Reason.DENIED);
    assertThat(changes.trouble()).isEmpty();
    assertThat(decide("Practitioner/joins").permitted()).isTrue();
  }
}
