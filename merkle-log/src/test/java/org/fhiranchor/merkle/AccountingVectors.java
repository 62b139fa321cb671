package org.fhiranchor.merkle;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/**
 * Makes {@code vectors/accountings.json}: accountings with proofs, most of them wrong in one place,
 * what is known of the head, and the report that must come of them, word by word. The verifier in
 * JavaScript reads it, too. Run it with the file's path to write it anew.
 */
final class AccountingVectors {
  static final Path FILE = Path.of("src/test/resources/vectors/accountings.json");

  private static final int SPOILED = 120;
  private static final long SEED = 20261129;
  private static final Instant SECOND = Instant.parse("2026-01-31T23:59:59Z");

  private final SampleAccounting world = new SampleAccounting();
  private final List<JsonValue> vectors = new ArrayList<>();
  private final Random random = new Random(SEED);
  private final long before;
  private final long anchored;

  private AccountingVectors() {
    world.disclose("anna", "portal", SECOND);
    world.disclose("ben", "ward", SECOND);
    before = world.heads(SECOND);
    world.disclose("anna", "portal");
    world.disclose("ben", "ward");
    world.disclose("anna", "lab");
    anchored = world.heads();
    world.disclose("anna", "lab");
  }

  public static void main(String[] args) throws IOException {
    Files.writeString(Path.of(args[0]), make());
  }

  static String make() {
    AccountingVectors made = new AccountingVectors();
    made.heads();
    made.wrongLines();
    made.removedContent();
    made.spoiled();
    return new VectorFile().with("accountings", made.vectors).text();
  }

  private void heads() {
    Digest other = Digest.sha256("other".getBytes(UTF_8));
    TreeSize size = new TreeSize(anchored);
    Digest root = world.log.root(size);
    for (HeadEvidence head :
        List.of(
            world.onLedger(anchored),
            new HeadEvidence.Pinned(size, root),
            new HeadEvidence.Pinned(size, other),
            new HeadEvidence.OnLedger(size, other, Optional.empty()),
            new HeadEvidence.Contradicted("another chain", "1", "2"),
            new HeadEvidence.Unavailable("connection refused"))) {
      add("whole", lines(0, 1, 2), head, Optional.empty());
      add("with one not yet anchored", lines(0, 1, 2, 3), head, Optional.empty());
    }
    List<String> empty = world.file("cleo", anchored, List.of());
    add("of nobody", empty);
    for (String patient : List.of("cleo", "anna")) {
      add("of nobody, asked for by a tag", empty, SampleAccounting.tag(patient));
      add("asked for by a tag", lines(0, 1, 2), SampleAccounting.tag(patient));
    }
    add("another's", world.file("ben", anchored, world.of("ben")));
    HeadEvidence moved =
        new HeadEvidence.OnLedger(size, root, Optional.of(world.log.root(new TreeSize(before))));
    List<String> old = world.file("anna", before, world.of("anna").subList(0, 1));
    add("of before", old, moved, Optional.empty());
    Instant proven = SECOND.minus(ExportVerification.OUT_OF_ORDER);
    add("of before, until well before then", old, moved, Optional.of(proven));
    add("of before, until later", old, moved, Optional.of(proven.plusMillis(1)));
    add("of before, until then", old, moved, Optional.of(SECOND));
  }

  private void wrongLines() {
    List<String> whole = lines(0, 1, 2);
    for (int missing = 0; missing < whole.size(); missing++) {
      List<String> lines = new ArrayList<>(whole);
      String line = lines.remove(missing);
      add("without line " + missing, lines);
      lines.add(line);
      add("line " + missing + " at the end", lines);
      List<String> twice = new ArrayList<>(whole);
      twice.add(missing, line);
      add("line " + missing + " twice", twice);
    }
    List<String> swapped = new ArrayList<>(whole);
    Collections.swap(swapped, 1, 2);
    add("swapped", swapped);
    String record5 = SampleAccounting.record("anna", "lab", 5);
    for (String record :
        List.of(
            record5,
            record5.replace("anna", "ben"),
            record5.replace("shown", "seen"),
            record5.replace("T23:", "T24:"),
            record5.replace("\"v\":1", "\"v\":2"),
            record5.replace("salt", "pepper"),
            record5 + " ",
            "{}",
            "{\"patient\":\"Patient/ben\"}",
            "[]",
            "{",
            "")) {
      List<String> waits = new ArrayList<>(whole);
      waits.add(entry(Optional.of(record), Optional.empty()));
      add("one that waits", waits);
      waits.add(whole.get(1));
      add("a numbered one after one that waits", waits);
      List<String> changed = new ArrayList<>(whole);
      changed.set(1, entry(Optional.of(record), proof("anna", 0).proof()));
      add("another record", changed);
    }
    List<String> foreign = new ArrayList<>(whole);
    foreign.add(AccountingFile.write(proof("ben", 0)));
    add("with another's", foreign);
    add("no lines", List.of());
    for (String junk : List.of("", "{", "[]", "{\"format\":\"fhiranchor-accounting/2\"}")) {
      add("junk", List.of(junk));
      List<String> with = new ArrayList<>(whole);
      with.add(2, junk);
      add("junk within", with);
    }
    withoutHeads(whole);
  }

  private void withoutHeads(List<String> whole) {
    AccountingFile.Head bare =
        new AccountingFile.Head(SampleAccounting.tag("anna"), Optional.empty(), Optional.empty());
    List<String> none = new ArrayList<>(whole);
    none.set(0, AccountingFile.write(bare));
    add("anchored, without heads", none);
    List<String> pending = new ArrayList<>(List.of(none.get(0)));
    world.of("anna").forEach(one -> pending.add(AccountingFile.write(world.entry(one, 0))));
    add("not anchored", pending);
    List<String> saltless = new ArrayList<>(whole);
    saltless.set(0, AccountingFile.write(world.head("anna", anchored, Optional.empty())));
    add("heads without a salt", saltless);
  }

  private void removedContent() {
    List<String> lines = lines(0, 1, 2);
    lines.set(1, entry(Optional.empty(), proof("anna", 0).proof()));
    add("without content", lines);
    for (long millis : new long[] {0, 1}) {
      int leaf = (int) world.log.size().value();
      world.log.append(
          new Statement.Retention(SampleLog.NOW, SECOND.plusMillis(millis), Optional.empty()));
      AccountingFile.Head head = world.head("anna", anchored, Optional.of(world.of("anna").get(2)));
      ProofFile says = world.log.proof(leaf, world.log.size().value(), Optional.empty());
      lines.set(
          0,
          AccountingFile.write(
              new AccountingFile.Head(head.subject(), head.heads(), Optional.of(says))));
      add("without content, and a leaf that says so up to " + millis, lines);
    }
    AccountingFile.Head head = world.head("anna", anchored, Optional.of(world.of("anna").get(2)));
    lines.set(
        0,
        AccountingFile.write(
            new AccountingFile.Head(head.subject(), head.heads(), proof("anna", 0).proof())));
    add("without content, and a leaf that says something else", lines);
    erasedContent();
  }

  private void erasedContent() {
    List<String> lines = lines(0, 1, 2);
    long first = world.of("anna").get(0).leaf();
    lines.set(1, entry(Optional.empty(), proof("anna", 0).proof()));
    for (long erased : new long[] {first, first + 1}) {
      int leaf = (int) world.log.size().value();
      world.log.append(
          new Statement.Erasure(
              SampleLog.NOW,
              LeafRanges.NONE,
              LeafRanges.of(List.of(erased)),
              Digest.sha256(new byte[] {1}),
              Optional.empty()));
      AccountingFile.Head head = world.head("anna", anchored, Optional.of(world.of("anna").get(2)));
      ProofFile says = world.log.proof(leaf, world.log.size().value(), Optional.empty());
      lines.set(
          0,
          AccountingFile.write(
              new AccountingFile.Head(
                  head.subject(), head.heads(), Optional.empty(), List.of(says))));
      add("without content, and a leaf that says that " + erased + " was erased", lines);
      lines.set(
          0,
          AccountingFile.write(
              new AccountingFile.Head(head.subject(), head.heads(), Optional.of(says), List.of())));
      add("an erasure in the place of a retention", lines);
      ProofFile other = proof("anna", 0).proof().orElseThrow();
      lines.set(
          0,
          AccountingFile.write(
              new AccountingFile.Head(
                  head.subject(), head.heads(), Optional.empty(), List.of(other))));
      add("another leaf in the place of an erasure", lines);
    }
  }

  /** One character of one line is another, or is not there. */
  private void spoiled() {
    for (int i = 0; i < SPOILED; i++) {
      List<String> lines = lines(0, 1, 2);
      int which = random.nextInt(lines.size());
      String line = lines.get(which);
      int at = random.nextInt(line.length());
      String other =
          i % 3 == 0
              ? ""
              : Character.toString("0123456789abcdefA/\"}],".charAt(random.nextInt(22)));
      lines.set(which, line.substring(0, at) + other + line.substring(at + 1));
      add("spoiled", lines);
    }
  }

  private AccountingFile.Entry proof(String patient, int which) {
    return world.entry(world.of(patient).get(which), anchored);
  }

  private static String entry(Optional<String> record, Optional<ProofFile> proof) {
    return AccountingFile.write(new AccountingFile.Entry(record, proof));
  }

  private List<String> lines(int... numbers) {
    List<SampleAccounting.Told> shown = new ArrayList<>();
    for (int number : numbers) {
      shown.add(world.of("anna").get(number));
    }
    return new ArrayList<>(world.file("anna", anchored, shown));
  }

  private void add(String name, List<String> lines) {
    add(name, lines, world.onLedger(anchored), Optional.empty());
  }

  private void add(String name, List<String> lines, Digest tag) {
    add(
        name,
        lines,
        world.onLedger(anchored),
        new AccountingVerification.Wanted(Optional.empty(), Optional.of(tag)));
  }

  private void add(String name, List<String> lines, HeadEvidence head, Optional<Instant> until) {
    add(name, lines, head, new AccountingVerification.Wanted(until, Optional.empty()));
  }

  private void add(
      String name, List<String> lines, HeadEvidence head, AccountingVerification.Wanted wanted) {
    vectors.add(
        VectorFile.object(
            "name",
            name,
            "lines",
            new JsonValue.Arr(lines.stream().<JsonValue>map(JsonValue.Str::new).toList()),
            "key",
            SampleLog.KEY.verifierKey(),
            "evidence",
            VerificationVectors.json(head),
            "until",
            wanted
                .until()
                .<JsonValue>map(instant -> new JsonValue.Str(InstantText.format(instant)))
                .orElseGet(JsonValue.Null::new),
            "tag",
            wanted
                .tag()
                .<JsonValue>map(tag -> new JsonValue.Str(tag.hex()))
                .orElseGet(JsonValue.Null::new),
            "report",
            VerificationVectors.json(SampleAccounting.verify(lines, head, wanted))));
  }
}
