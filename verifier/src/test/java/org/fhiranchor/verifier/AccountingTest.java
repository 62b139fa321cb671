package org.fhiranchor.verifier;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.fhiranchor.merkle.AccountingFile;
import org.fhiranchor.merkle.Anchor;
import org.fhiranchor.merkle.Digest;
import org.fhiranchor.merkle.ProofFile;
import org.fhiranchor.merkle.SparseMap;
import org.fhiranchor.merkle.Statement;
import org.fhiranchor.merkle.SubjectTag;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AccountingTest {
  private static final Instant NOW = Instant.parse("2026-01-31T23:59:59.123Z");
  private static final byte[] KEY = new byte[SubjectTag.KEY_LENGTH];
  private static final Digest ANNA = SubjectTag.of(KEY, "anna");

  @TempDir private Path folder;

  private final SampleLog log = new SampleLog();
  private final List<String> records = new ArrayList<>();
  private final Map<SparseMap.PartId, byte[]> parts = new HashMap<>();
  private Digest map = SparseMap.EMPTY;
  private Optional<Digest> previous = Optional.empty();

  @BeforeEach
  void threeDisclosuresAndTheirHead() {
    for (int number = 1; number <= 3; number++) {
      String record = "{\"n\":" + number + ",\"patient\":\"Patient/anna\"}";
      records.add(record);
      int leaf =
          log.append(
              new Statement.Disclosure(
                  NOW, ANNA, number, Digest.sha256(record.getBytes(UTF_8)), previous));
      previous = Optional.of(log.commitment(leaf));
    }
    Digest newest = previous.orElseThrow();
    Digest head = SparseMap.head(SubjectTag.headSalt(KEY, ANNA, 3, newest), 3, newest);
    SparseMap.Changed changed = SparseMap.with(map, Map.of(ANNA, head), this::read);
    map = changed.root();
    parts.putAll(changed.parts());
    log.append(new Statement.Heads(NOW, map, 3, Optional.empty()));
  }

  private Map<SparseMap.PartId, byte[]> read(Collection<SparseMap.PartId> ids) {
    Map<SparseMap.PartId, byte[]> found = new HashMap<>(parts);
    found.keySet().retainAll(ids);
    return found;
  }

  private ProofFile proof(int leaf) {
    Anchor anchor = log.anchor(4, NodeAnswers.CONTRACT, NodeAnswers.LOG_ID, 7);
    return ProofFile.parse(log.proof(leaf, 4, Optional.of(anchor)));
  }

  private List<String> lines() {
    Digest newest = previous.orElseThrow();
    List<String> lines = new ArrayList<>();
    lines.add(
        AccountingFile.write(
            new AccountingFile.Head(
                ANNA,
                Optional.of(
                    new AccountingFile.Newest(
                        proof(3),
                        SparseMap.prove(map, ANNA, this::read),
                        Optional.of(SubjectTag.headSalt(KEY, ANNA, 3, newest)))),
                Optional.empty())));
    for (int i = 0; i < 3; i++) {
      lines.add(
          AccountingFile.write(
              new AccountingFile.Entry(Optional.of(records.get(i)), Optional.of(proof(i)))));
    }
    return lines;
  }

  private Run run(List<String> lines, Object... more) throws IOException {
    Path file = folder.resolve("accounting.ndjson");
    Files.write(file, lines);
    List<Object> words =
        new ArrayList<>(List.of("accounting", file, "--key", log.key.verifierKey(), "--head"));
    words.add("4:" + log.root(4).hex());
    words.addAll(List.of(more));
    return Run.of(words.toArray());
  }

  @Test
  @DisplayName("DIS-6 a whole accounting is verified: exit code 0, and its newest is named")
  void whole() throws IOException {
    Run run = run(lines());
    assertThat(run.out())
        .contains("disclosures 1 to 3 in order of Patient/anna")
        .contains("disclosure 3 is the newest of the anchored 4 leaves, as of 2026-01-31")
        .endsWith("VERIFIED\n");
    assertThat(run.code()).isZero();
    assertThat(run(lines(), "--until", "2026-01-31T00:00:00Z").code()).isZero();
  }

  @Test
  @DisplayName("DIS-6 one line removed, or the newest: exit code 1, and which one is said")
  void removed() throws IOException {
    List<String> gap = lines();
    gap.remove(2);
    assertThat(run(gap))
        .extracting(Run::code, run -> run.out().contains("wanted: disclosure 2"))
        .containsExactly(1, true);
    Run withheld = run(lines().subList(0, 3));
    assertThat(withheld.code()).isEqualTo(1);
    assertThat(withheld.out())
        .contains("heads")
        .contains("the newest disclosure is not the one that the anchored log names")
        .contains("The newest disclosures of this patient are left out");
  }

  @Test
  @DisplayName("DIS-6 lines without a proof: exit code 3; what is no record: exit code 1")
  void withoutProof() throws IOException {
    List<String> invented = lines();
    invented.add(
        waiting(
            """
            {"interaction":"read Observation","outcome":"shown","patient":"Patient/anna",\
            "recorded":"2026-01-01T00:00:00.000Z","salt":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=","v":1}\
            """));
    Run run = run(invented);
    assertThat(run.code()).isEqualTo(3);
    assertThat(run.out()).contains("not proven are 1 at the end, nothing confirms what they say");
    List<String> hello = lines();
    hello.add(waiting("hello"));
    assertThat(run(hello).code()).isEqualTo(1);
  }

  private static String waiting(String record) {
    return AccountingFile.write(new AccountingFile.Entry(Optional.of(record), Optional.empty()));
  }

  @Test
  @DisplayName("DIS-6 the tag that it must have")
  void tag() throws IOException {
    Run own = run(lines(), "--tag", ANNA.hex().toUpperCase(Locale.ROOT));
    assertThat(own.code()).as(own.out()).isZero();
    assertThat(own.out()).contains(ANNA.hex());
    Run other = run(lines(), "--tag", "0".repeat(64));
    assertThat(other.code()).isEqualTo(1);
    assertThat(other.out()).contains("the accounting has another tag", "wanted: 0000");
    assertThat(run(lines(), "--tag", "875f").err()).contains("--tag: want 64 hex digits");
    assertThat(Run.of("export", folder, "--tag", "0".repeat(64)).err())
        .contains("--tag goes with accounting FILE");
  }

  @Test
  @DisplayName("DIS-6 without a head to compare with nothing is verified: exit code 3")
  void noHead() throws IOException {
    Path file = Files.write(folder.resolve("a.ndjson"), lines());
    Run run = Run.of("accounting", file, "--key", log.key.verifierKey());
    assertThat(run.code()).isEqualTo(3);
    assertThat(run.out())
        .contains(
            "still missing: the ledger's head: name a ledger node and its contract (--rpc,"
                + " --contract), or a head that you know (--head)")
        .endsWith("UNDECIDED\n");
  }

  @Test
  @DisplayName(
      "DIS-6 what is no accounting is not verified, whatever its length; wrong usage is named")
  void junk() throws IOException {
    assertThat(run(List.of()).code()).isEqualTo(1);
    assertThat(run(List.of("{".repeat(AccountingFile.MAX_LINE + 5))).code()).isEqualTo(1);
    List<String> blank = lines();
    blank.add("");
    assertThat(run(blank).code()).isEqualTo(1);
    assertThat(run(lines(), "--until", "March").err()).contains("--until: want an instant");
    assertThat(Run.of("log", "http://localhost:1", "--until", "2026-01-31T00:00:00Z").err())
        .contains("--until goes with accounting FILE");
    assertThat(Run.of("accounting", folder.resolve("none"), "--key", log.key.verifierKey()).code())
        .isEqualTo(2);
  }

  /** Every detail of an anchor with other values, those that are only told first. */
  private static final Map<String, List<String>> OTHERS =
      new TreeMap<>(
          Map.of(
              "blockNumber", List.of("0", "8", "9007199254740991", "-1", "\"7\"", "null"),
              "blockHash", List.of(quoted("0x" + "1".repeat(64)), quoted("0x"), "7"),
              "transactionHash", List.of(quoted("0x" + "1".repeat(64)), quoted("1"), "null"),
              "finality", List.of(quoted("safe"), quoted(""), quoted("a b"), "7"),
              "chainId", List.of("1", "31336", "0", "\"31337\"", "null"),
              "contract", List.of(quoted("0x" + "1".repeat(40)), quoted("0x"), "null"),
              "logId", List.of(quoted("0x" + "1".repeat(64)), quoted("0X"), "null"),
              "size", List.of("3", "5", "0", "9007199254740991", "null"),
              "root", List.of(quoted("A".repeat(43) + "="), quoted("A".repeat(44)), "null")));

  private static final Set<String> TOLD =
      Set.of("blockNumber", "blockHash", "transactionHash", "finality");

  private static String quoted(String text) {
    return '"' + text + '"';
  }

  @Test
  @DisplayName(
      "VER-6 whichever detail of an anchor is changed, both verifiers say the same, word by word")
  void changedAnchor() throws IOException, InterruptedException {
    log.fill(3);
    for (long head : new long[] {4, 7}) {
      NodeAnswers node = new NodeAnswers(log, head);
      node.anchored("0x7", log.root(4));
      node.anchored("0x0", log.root(4));
      try (LocalServer server = new LocalServer(node)) {
        Object[] trust = {
          "--key",
          log.key.verifierKey(),
          "--rpc",
          server.url(),
          "--contract",
          NodeAnswers.CONTRACT,
          "--log-id",
          "0x" + NodeAnswers.LOG_ID,
          "--until",
          "2026-01-31T00:00:00Z",
          "--json"
        };
        assertThat(agreed(lines(), trust)).isEqualTo("verified");
        for (int line : head == 4 ? new int[] {0} : new int[] {0, 2}) {
          for (Map.Entry<String, List<String>> detail : OTHERS.entrySet()) {
            for (String other : detail.getValue()) {
              assertAgreed(line, detail.getKey(), other, trust);
            }
          }
        }
      }
    }
  }

  private void assertAgreed(int line, String detail, String other, Object... trust)
      throws IOException, InterruptedException {
    assertThat(agreed(changed(line, detail, other), trust))
        .as("line %d, %s: %s", line, detail, other)
        .isIn("not verified", TOLD.contains(detail) ? "verified" : "not verified");
  }

  private List<String> changed(int line, String detail, String other) {
    List<String> lines = lines();
    Matcher found =
        Pattern.compile("(\"anchor\":\\{[^}]*?\"" + detail + "\":)(\"[^\"]*\"|[0-9]+)")
            .matcher(lines.get(line));
    assertThat(found.find()).isTrue();
    lines.set(line, found.replaceFirst("$1" + Matcher.quoteReplacement(other)));
    return lines;
  }

  /** The verdict, and that the verifier in JavaScript says the same. */
  private String agreed(List<String> lines, Object... trust)
      throws IOException, InterruptedException {
    Path file = Files.write(folder.resolve("changed.ndjson"), lines);
    List<Object> words = new ArrayList<>(List.of("accounting", file));
    words.addAll(List.of(trust));
    String ours = Run.of(words.toArray()).out();
    String theirs = new VerifierJs(folder).print(words.toArray());
    assertThat(theirs.replaceFirst(",\"readAt\":\\{[^}]*\\}", "")).isEqualTo(ours);
    return ours.replaceFirst("(?s)\\{\"verdict\":\"([a-z ]+)\".*", "$1");
  }
}
