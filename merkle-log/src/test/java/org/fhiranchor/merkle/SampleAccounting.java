package org.fhiranchor.merkle;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A log with disclosures and heads leaves, and the accountings that an honest server gives. */
final class SampleAccounting {
  static final byte[] KEY = new byte[SubjectTag.KEY_LENGTH];

  final SampleLog log = new SampleLog();
  private final Map<Digest, List<Told>> told = new HashMap<>();
  private final Map<SparseMap.PartId, byte[]> parts = new HashMap<>();
  private final Map<Digest, Digest> changed = new HashMap<>();
  private final Map<Long, Map<SparseMap.PartId, byte[]>> partsAt = new HashMap<>();
  private final Map<String, String> written = new HashMap<>();
  private Digest root = SparseMap.EMPTY;
  private Optional<Digest> lastHeads = Optional.empty();

  /** One disclosure. */
  record Told(int leaf, long number, String record, Digest commitment) {}

  static Digest tag(String patient) {
    return SubjectTag.of(KEY, patient);
  }

  /** What a server writes of it. */
  static String record(String patient, String application, int number) {
    return """
    {"count":%d,"interaction":"read Observation","outcome":"shown","patient":"Patient/%s",\
    "recorded":"2026-01-31T23:59:59.123Z","requester":{"application":"%s"},\
    "salt":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=","status":200,"v":1}\
    """
        .formatted(number, patient, application);
  }

  /** Somebody sees something of the patient. */
  Told disclose(String patient, String application, Instant at) {
    List<Told> before = told.computeIfAbsent(tag(patient), none -> new ArrayList<>());
    int number = before.size() + 1;
    String record = record(patient, application, number);
    Optional<Digest> previous =
        before.isEmpty()
            ? Optional.empty()
            : Optional.of(before.get(before.size() - 1).commitment());
    int leaf = (int) log.size().value();
    Digest commitment =
        log.append(
            new Statement.Disclosure(
                at, tag(patient), number, Digest.sha256(record.getBytes(UTF_8)), previous));
    Told one = new Told(leaf, number, record, commitment);
    before.add(one);
    changed.put(
        tag(patient),
        SparseMap.head(
            SubjectTag.headSalt(KEY, tag(patient), number, commitment), number, commitment));
    return one;
  }

  Told disclose(String patient, String application) {
    return disclose(patient, application, SampleLog.NOW);
  }

  /** Ends the log with a heads leaf; the size then. */
  long heads() {
    return heads(SampleLog.NOW);
  }

  long heads(Instant at) {
    SparseMap.Changed map = SparseMap.with(root, changed, ids -> some(parts, ids));
    root = map.root();
    parts.putAll(map.parts());
    changed.clear();
    Statement leaf = new Statement.Heads(at, root, log.size().value(), lastHeads);
    lastHeads = Optional.of(log.append(leaf));
    partsAt.put(log.size().value(), Map.copyOf(parts));
    return log.size().value();
  }

  private static Map<SparseMap.PartId, byte[]> some(
      Map<SparseMap.PartId, byte[]> parts, Collection<SparseMap.PartId> ids) {
    Map<SparseMap.PartId, byte[]> found = new HashMap<>(parts);
    found.keySet().retainAll(ids);
    return found;
  }

  List<Told> of(String patient) {
    return told.getOrDefault(tag(patient), List.of());
  }

  /** The first line, anchored at a size that ends with a heads leaf. */
  AccountingFile.Head head(String patient, long anchored, Optional<Told> newest) {
    int leaf = (int) anchored - 1;
    Digest map = ((Statement.Heads) log.statement(leaf)).map();
    SparseMapProof proof =
        SparseMap.prove(
            map, tag(patient), ids -> some(partsAt.getOrDefault(anchored, Map.of()), ids));
    return new AccountingFile.Head(
        tag(patient),
        Optional.of(
            new AccountingFile.Newest(
                log.proof(leaf, anchored, Optional.of(anchored)),
                proof,
                newest.map(
                    one ->
                        SubjectTag.headSalt(KEY, tag(patient), one.number(), one.commitment())))),
        Optional.empty());
  }

  AccountingFile.Entry entry(Told one, long anchored) {
    long size = one.leaf() < anchored ? anchored : log.size().value();
    Optional<Long> anchor = one.leaf() < anchored ? Optional.of(anchored) : Optional.empty();
    return new AccountingFile.Entry(
        Optional.of(one.record()), Optional.of(log.proof(one.leaf(), size, anchor)));
  }

  /** The whole file, line by line, with these disclosures only. */
  List<String> file(String patient, long anchored, List<Told> shown) {
    Optional<Told> newest =
        shown.stream().filter(one -> one.leaf() < anchored).reduce((one, next) -> next);
    List<String> lines = new ArrayList<>();
    lines.add(
        written.computeIfAbsent(
            "head " + patient + " " + anchored + " " + newest.map(Told::number),
            none -> AccountingFile.write(head(patient, anchored, newest))));
    shown.forEach(
        one ->
            lines.add(
                written.computeIfAbsent(
                    "entry " + one.leaf() + " " + anchored + " " + log.size(),
                    none -> AccountingFile.write(entry(one, anchored)))));
    return lines;
  }

  HeadEvidence onLedger(long size) {
    return new HeadEvidence.OnLedger(
        new TreeSize(size), log.root(new TreeSize(size)), Optional.empty());
  }

  static Verdict verify(List<String> lines, HeadEvidence head) {
    return verify(lines, head, Optional.empty());
  }

  static Verdict verify(List<String> lines, HeadEvidence head, Digest tag) {
    return verify(
        lines, head, new AccountingVerification.Wanted(Optional.empty(), Optional.of(tag)));
  }

  static Verdict verify(List<String> lines, HeadEvidence head, Optional<Instant> until) {
    return verify(lines, head, new AccountingVerification.Wanted(until, Optional.empty()));
  }

  static Verdict verify(
      List<String> lines, HeadEvidence head, AccountingVerification.Wanted wanted) {
    AccountingVerification verification =
        new AccountingVerification(SampleLog.KEY.verifierKey(), proof -> head, wanted);
    lines.forEach(line -> verification.read(line.getBytes(UTF_8)));
    return verification.verdict();
  }
}
