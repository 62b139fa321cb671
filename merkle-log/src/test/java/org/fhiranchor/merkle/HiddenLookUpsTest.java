package org.fhiranchor.merkle;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What a patient's own file shows when look-ups were hidden from it. */
class HiddenLookUpsTest {
  private static final long SEED = 20_261_129;
  private static final int CASES = 1_000;
  private static final List<String> PATIENTS = List.of("anna", "ben", "cleo", "dan", "eve");
  private static final List<String> APPLICATIONS = List.of("portal", "ward", "lab", "billing");

  private final Random random = new Random(SEED);

  private final SampleAccounting world = new SampleAccounting();
  private final long earlier;
  private final long anchored;

  HiddenLookUpsTest() {
    lookUps(60);
    earlier = world.heads();
    lookUps(60);
    // Nobody may be without a newer one: a stale accounting hides something of each.
    PATIENTS.forEach(patient -> world.disclose(patient, one(APPLICATIONS)));
    anchored = world.heads();
    lookUps(20);
  }

  private void lookUps(int count) {
    for (int i = 0; i < count; i++) {
      world.disclose(one(PATIENTS), one(APPLICATIONS));
    }
  }

  private <T> T one(List<T> of) {
    return of.get(random.nextInt(of.size()));
  }

  @Test
  @DisplayName(
      "DIS-6 of 1,000 accountings with hidden look-ups 1,000 are found out, and each is named")
  void thousandHidden() {
    Map<String, Integer> reasons = new TreeMap<>();
    HeadEvidence ledger =
        new HeadEvidence.OnLedger(
            new TreeSize(anchored),
            world.log.root(new TreeSize(anchored)),
            Optional.of(world.log.root(new TreeSize(earlier))));
    for (int i = 0; i < CASES; i++) {
      String patient = one(PATIENTS);
      Verdict verdict = SampleAccounting.verify(hidden(patient), ledger);
      assertThat(verdict).as("case %s", i).isNotInstanceOf(Verdict.Verified.class);
      reasons.merge(name(verdict), 1, Integer::sum);
    }
    System.out.println("hidden look-ups: " + reasons);
    assertThat(reasons.keySet())
        .allMatch(
            reason ->
                reason.contains("a disclosure is missing")
                    || reason.contains("the newest disclosure is not the one")
                    || reason.contains("and heads without one")
                    || reason.contains("does not follow the one before it")
                    || reason.contains("without the heads of all patients")
                    || reason.contains("not those at the end of the anchored log")
                    || reason.contains("up to the ledger's newest head")
                    || reason.contains("not the record that was committed to")
                    || reason.contains("no leaf says that it was removed")
                    || reason.contains("an anchor that ends with the heads"));
    assertThat(reasons).hasSizeGreaterThan(7);
  }

  @Test
  @DisplayName("DIS-6 the same accountings with nothing hidden are verified")
  void nothingHidden() {
    for (String patient : PATIENTS) {
      assertThat(
              SampleAccounting.verify(
                  world.file(patient, anchored, world.of(patient)), world.onLedger(anchored)))
          .isInstanceOf(Verdict.Verified.class);
    }
  }

  private static String name(Verdict verdict) {
    return verdict instanceof Verdict.NotVerified no
        ? no.step() + " " + no.reason().replaceAll("[0-9]+", "n")
        : ((Verdict.Undecided) verdict).step()
            + " "
            + ((Verdict.Undecided) verdict).missing().replaceAll("[0-9]+", "n");
  }

  private List<String> hidden(String patient) {
    List<SampleAccounting.Told> all = world.of(patient);
    List<SampleAccounting.Told> inAnchor =
        all.stream().filter(one -> one.leaf() < anchored).toList();
    return switch (random.nextInt(8)) {
      case 0 -> world.file(patient, anchored, without(all, one(APPLICATIONS)));
      case 1 -> withheld(patient, all, inAnchor);
      case 2 -> world.file(patient, anchored, List.of());
      case 3 -> stale(patient, all);
      case 4 -> otherHeads(patient, all);
      case 5 -> changed(patient, all);
      case 6 -> signedOnly(patient, all);
      default -> middle(patient, all, inAnchor);
    };
  }

  /** One application's rows and leaves deleted; one that it never had is the newest. */
  private List<SampleAccounting.Told> without(List<SampleAccounting.Told> all, String application) {
    List<SampleAccounting.Told> rest =
        all.stream().filter(one -> !one.record().contains(application)).toList();
    return rest.stream().filter(one -> one.leaf() < anchored).count()
            == all.stream().filter(one -> one.leaf() < anchored).count()
        ? List.of()
        : rest;
  }

  private List<String> withheld(
      String patient, List<SampleAccounting.Told> all, List<SampleAccounting.Told> inAnchor) {
    List<SampleAccounting.Told> kept =
        all.subList(0, inAnchor.size() - 1 - random.nextInt(inAnchor.size() - 1));
    List<String> file = new ArrayList<>(world.file(patient, anchored, kept));
    if (random.nextBoolean()) {
      // With the true salt of the newest: it fits no other one.
      file.set(
          0,
          AccountingFile.write(
              world.head(patient, anchored, Optional.of(inAnchor.get(inAnchor.size() - 1)))));
    }
    return file;
  }

  private List<String> middle(
      String patient, List<SampleAccounting.Told> all, List<SampleAccounting.Told> inAnchor) {
    List<SampleAccounting.Told> kept = new ArrayList<>(all);
    kept.remove(random.nextInt(inAnchor.size()));
    return world.file(patient, anchored, kept);
  }

  /** Made from an earlier anchor, as if nothing had come since. */
  private List<String> stale(String patient, List<SampleAccounting.Told> all) {
    return world.file(patient, earlier, all.stream().filter(one -> one.leaf() < earlier).toList());
  }

  /** With the heads of an earlier end that is signed, as if the ledger did not know it yet. */
  private List<String> signedOnly(String patient, List<SampleAccounting.Told> all) {
    List<SampleAccounting.Told> shown = all.stream().filter(one -> one.leaf() < earlier).toList();
    List<String> lines = new ArrayList<>();
    AccountingFile.Head head =
        world.head(patient, earlier, shown.stream().reduce((one, next) -> next));
    ProofFile signed = world.log.proof((int) earlier - 1, earlier, Optional.empty());
    lines.add(
        AccountingFile.write(
            new AccountingFile.Head(
                head.subject(),
                head.heads()
                    .map(newest -> new AccountingFile.Newest(signed, newest.map(), newest.salt())),
                Optional.empty())));
    shown.forEach(
        one ->
            lines.add(
                AccountingFile.write(
                    new AccountingFile.Entry(
                        Optional.of(one.record()),
                        Optional.of(world.log.proof(one.leaf(), earlier, Optional.empty()))))));
    return lines;
  }

  /** Without heads, or with those of an earlier place in the very log that is anchored. */
  private List<String> otherHeads(String patient, List<SampleAccounting.Told> all) {
    AccountingFile.Head head = world.head(patient, earlier, Optional.empty());
    List<String> lines =
        new ArrayList<>(
            world.file(
                patient, anchored, all.stream().filter(one -> one.leaf() < earlier).toList()));
    ProofFile elsewhere = world.log.proof((int) earlier - 1, anchored, Optional.of(anchored));
    lines.set(
        0,
        AccountingFile.write(
            new AccountingFile.Head(
                head.subject(),
                random.nextBoolean()
                    ? Optional.empty()
                    : head.heads()
                        .map(
                            newest ->
                                new AccountingFile.Newest(elsewhere, newest.map(), newest.salt())),
                Optional.empty())));
    return lines;
  }

  /** A line of another one in the place of the hidden one, or none. */
  private List<String> changed(String patient, List<SampleAccounting.Told> all) {
    int hidden = random.nextInt(all.size() - 1);
    List<String> lines = new ArrayList<>(world.file(patient, anchored, all));
    AccountingFile.Entry entry = world.entry(all.get(hidden), anchored);
    Optional<String> record =
        random.nextBoolean() ? Optional.empty() : Optional.of(all.get(hidden + 1).record());
    lines.set(hidden + 1, AccountingFile.write(new AccountingFile.Entry(record, entry.proof())));
    return lines;
  }
}
