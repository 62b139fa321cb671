package org.fhiranchor.consent.decide;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.fhiranchor.consent.decide.index.ConsentIndex;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class ConsentIndexTest {
  private static final PatientId ANN = new PatientId("ann");
  private static final PatientId BOB = new PatientId("bob");
  private final ConsentIndex index = new ConsentIndex();

  @Test
  @DisplayName("DEC-8 consents are found by patient")
  void byPatient() {
    index.put(consent("c1", ANN));
    index.put(consent("c2", ANN));
    index.put(consent("c3", BOB));
    assertThat(ids(ANN)).containsExactly("c1", "c2");
    assertThat(ids(BOB)).containsExactly("c3");
    assertThat(ids(new PatientId("nobody"))).isEmpty();
    assertThat(index.size()).isEqualTo(3);
  }

  @Test
  @DisplayName("DEC-8 a Consent with the same id takes the other one's place")
  void replaces() {
    index.put(consent("c1", ANN));
    index.put(consent("c1", ANN).withStanding(LedgerStanding.REVOKED));
    assertThat(ids(ANN)).containsExactly("c1");
    assertThat(index.find(new ConsentResourceId("c1")).orElseThrow().standing())
        .isEqualTo(LedgerStanding.REVOKED);
  }

  @Test
  @DisplayName("DEC-8 a Consent that changes its patient leaves the former one")
  void changesPatient() {
    index.put(consent("c1", ANN));
    index.put(consent("c1", BOB));
    assertThat(ids(ANN)).isEmpty();
    assertThat(ids(BOB)).containsExactly("c1");
    assertThat(index.size()).isEqualTo(1);
  }

  @Test
  @DisplayName("DEC-8 a removed Consent is gone, and removing it twice does nothing")
  void removes() {
    index.put(consent("c1", ANN));
    assertThat(index.remove(new ConsentResourceId("c1"))).isTrue();
    long epoch = index.epoch();
    assertThat(index.remove(new ConsentResourceId("c1"))).isFalse();
    assertThat(ids(ANN)).isEmpty();
    assertThat(index.find(new ConsentResourceId("c1"))).isEmpty();
    assertThat(index.epoch()).isEqualTo(epoch);
  }

  @Test
  @DisplayName("DEC-8 the ledger moves a Consent; one that is not here it does not")
  void moves() {
    index.put(consent("c1", ANN));
    assertThat(index.move(new ConsentResourceId("c1"), LedgerStanding.REVOKED)).isTrue();
    assertThat(index.move(new ConsentResourceId("c9"), LedgerStanding.REVOKED)).isFalse();
    assertThat(index.of(ANN).get(0).standing()).isEqualTo(LedgerStanding.REVOKED);
  }

  @Test
  @DisplayName("DEC-8 the epoch grows with every change")
  void epochGrows() {
    long start = index.epoch();
    index.put(consent("c1", ANN));
    long put = index.epoch();
    index.move(new ConsentResourceId("c1"), LedgerStanding.REVOKED);
    long moved = index.epoch();
    index.remove(new ConsentResourceId("c1"));
    assertThat(List.of(start, put, moved, index.epoch())).isSorted().doesNotHaveDuplicates();
  }

  @Test
  @DisplayName("DEC-8 what a reader holds does not change under it")
  void snapshots() {
    index.put(consent("c1", ANN));
    List<CompiledConsent> held = index.of(ANN);
    index.put(consent("c2", ANN));
    index.remove(new ConsentResourceId("c1"));
    assertThat(held).extracting(consent -> consent.id().value()).containsExactly("c1");
  }

  @Test
  @DisplayName("DEC-8 ids that begin alike, or differ in length or case alone, are other patients")
  void idsThatAreAlike() {
    List<String> alike = new ArrayList<>();
    for (int length = 1; length <= 64; length++) {
      alike.add("A".repeat(length));
      alike.add("a".repeat(length));
      alike.add("A".repeat(length - 1) + "-");
      alike.add("." + "A".repeat(length - 1));
    }
    Set<String> patients = new LinkedHashSet<>(alike);
    patients.forEach(id -> index.put(consent("c-" + id.hashCode(), new PatientId(id))));
    assertThat(patients)
        .allSatisfy(id -> assertThat(ids(new PatientId(id))).containsExactly("c-" + id.hashCode()));
    assertThat(ids(new PatientId("A".repeat(63) + "B"))).isEmpty();
  }

  @Test
  @DisplayName("DEC-8 every patient is found while others come and go, whatever the table's size")
  void manyPatients() {
    for (int i = 0; i < 20_000; i++) {
      index.put(consent("c" + i, new PatientId("p" + i)));
      if (i >= 5_000) {
        index.remove(new ConsentResourceId("c" + (i - 5_000)));
      }
    }
    for (int i = 0; i < 20_000; i++) {
      assertThat(ids(new PatientId("p" + i))).isEqualTo(i < 15_000 ? List.of() : List.of("c" + i));
    }
    assertThat(index.size()).isEqualTo(5_000);
  }

  @Test
  @DisplayName("DEC-8 a patient may have many consents, each of which moves and goes by itself")
  void manyConsentsOfOne() {
    for (int i = 0; i < 5; i++) {
      index.put(consent("c" + i, ANN));
    }
    index.move(new ConsentResourceId("c3"), LedgerStanding.REVOKED);
    index.remove(new ConsentResourceId("c1"));
    assertThat(ids(ANN)).containsExactlyInAnyOrder("c0", "c2", "c3", "c4");
    assertThat(index.find(new ConsentResourceId("c3")).orElseThrow().standing())
        .isEqualTo(LedgerStanding.REVOKED);
  }

  @Test
  @DisplayName("DEC-8 a reader finds a patient's consents at any moment while the table grows")
  void readsWhileItGrows() throws InterruptedException {
    index.put(consent("c", ANN));
    AtomicLong missed = new AtomicLong();
    AtomicBoolean done = new AtomicBoolean();
    Thread reader =
        new Thread(
            () -> {
              while (!done.get()) {
                missed.addAndGet(index.of(ANN).isEmpty() ? 1 : 0);
              }
            });
    reader.start();
    for (int i = 0; i < 20_000; i++) {
      index.put(consent("c" + i, new PatientId("p" + i)));
    }
    done.set(true);
    reader.join();
    assertThat(missed).hasValue(0);
  }

  private List<String> ids(PatientId patient) {
    return index.of(patient).stream().map(consent -> consent.id().value()).toList();
  }

  private static CompiledConsent consent(String id, PatientId patient) {
    Provision root =
        new Provision(ProvisionType.PERMIT, Provision.Understanding.FULL, List.of(), List.of());
    CompiledConsent.Rules rules =
        new CompiledConsent.Rules(
            new ConsentResourceId(id), patient, true, root, List.of(), Set.of());
    return new CompiledConsent(rules, LedgerStanding.NOT_THERE, Optional.empty());
  }
}
