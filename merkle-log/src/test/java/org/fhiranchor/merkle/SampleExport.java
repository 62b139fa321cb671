package org.fhiranchor.merkle;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.IntStream;

/** A log with leaves of every kind, and the exports that an honest server makes of it. */
final class SampleExport {
  private static final ResourceKey OBSERVATION = new ResourceKey("Observation", "1");

  final SampleLog log = new SampleLog();
  private final Map<Integer, String> records = new HashMap<>();
  private final Map<String, Digest> newest = new HashMap<>();
  private final Map<String, Long> numbers = new HashMap<>();
  private static final String RECORD_OF_ERASURE = "{\"basis\":\"GDPR 17\",\"v\":\"1\"}";

  private final List<Long> erased = new ArrayList<>();

  /** So many rounds of everything that can happen, a minute apart. */
  SampleExport(int rounds) {
    this(rounds, 60);
  }

  /** The same with another time between the rounds. */
  SampleExport(int rounds, long seconds) {
    for (int i = 0; i < rounds; i++) {
      round(SampleLog.NOW.plusSeconds(seconds * i), i);
    }
    add(
        new Statement.Heads(SampleLog.NOW, TreeHash.EMPTY, log.size().value(), previous("heads")),
        "");
  }

  private void round(Instant at, int i) {
    version(at, Operation.CREATE, i);
    int shown =
        disclose(
            at, "a" + i % 3, "shown", ",\"query\":\"a=1,\\n\\\"b\\\"\",\"rule\":\"PERMITTED\"");
    disclose(at, "a" + i % 2, "refused", ",\"reason\":\"NO_CONSENT\"");
    String record = "{\"custody\":\"server\",\"salt\":\"k%d\",\"v\":\"1\"}".formatted(i);
    add(
        new Statement.KeyBinding(
            at,
            "Patient/a",
            "bound",
            "0x" + "ab".repeat(20),
            digest(record),
            previous("subject:Patient/a")),
        record);
    add(
        new Statement.ConsentEvent(
            at,
            "Patient/a",
            new ResourceKey("Consent", "c"),
            "granted",
            digest(record),
            previous("subject:Patient/a")),
        record);
    if (i % 4 == 1) {
      erase(at, version(at, Operation.UPDATE, i), shown);
    }
    if (i == 2) {
      add(new Statement.Retention(at, SampleLog.NOW.plusSeconds(30), Optional.empty()), "");
    }
  }

  static Digest digest(String text) {
    return Digest.sha256(text.getBytes(UTF_8));
  }

  Optional<Digest> previous(String chain) {
    return Optional.ofNullable(newest.get(chain));
  }

  int add(Statement statement, String record) {
    int index = (int) log.size().value();
    newest.put(statement.chain(), log.append(statement));
    if (!record.isEmpty()) {
      records.put(index, record);
    }
    return index;
  }

  private int version(Instant at, Operation operation, int i) {
    String record =
        "{\"purposes\":\"http://p|TREAT\",\"salt\":\"%d\",\"subject\":\"=cmd|' /C calc'!A0\",\"user\":\"Practitioner/%d\",\"v\":\"2\",\"writer\":\"client\"}"
            .formatted(i, i % 5);
    return add(
        new Statement.ResourceVersion(
            at,
            OBSERVATION,
            Integer.toString(numbers.merge("v", 1L, Long::sum).intValue()),
            operation,
            Optional.of(TreeHash.EMPTY),
            digest(record),
            previous("resource:" + OBSERVATION)),
        record);
  }

  private void erase(Instant at, int leaf, int content) {
    erased.add((long) leaf);
    records.remove(leaf);
    records.remove(content);
    add(
        new Statement.Erasure(
            at,
            LeafRanges.of(List.of((long) leaf)),
            LeafRanges.of(List.of((long) content)),
            digest(RECORD_OF_ERASURE),
            previous(Statement.Erasure.CHAIN)),
        RECORD_OF_ERASURE);
  }

  private int disclose(Instant at, String patient, String outcome, String more) {
    Digest tag = SampleAccounting.tag(patient);
    long number = numbers.merge(patient, 1L, Long::sum);
    String record =
        "{\"interaction\":\"read Observation\",\"outcome\":\"%s\",\"patient\":\"Patient/%s\",\"requester\":{\"person\":\"Practitioner/%d\"},\"resources\":[\"Observation/1/_history/1\"],\"salt\":\"%s%d\"%s}"
            .formatted(outcome, patient, number % 4, patient, number, more);
    int leaf =
        add(
            new Statement.Disclosure(
                at, tag, number, digest(record), previous("disclosure:" + tag.hex())),
            record);
    if (at.isBefore(SampleLog.NOW.plusSeconds(30))) {
      records.remove(leaf);
    }
    return leaf;
  }

  /** An export's files. */
  static final class Files implements ExportFolder {
    final Map<String, byte[]> content = new TreeMap<>();

    /** A file that is there. */
    byte[] bytes(String name) {
      return Objects.requireNonNull(content.get(name), name);
    }

    @Override
    public Set<String> names() {
      return content.keySet();
    }

    @Override
    public InputStream open(String name) throws IOException {
      byte[] bytes = content.get(name);
      if (bytes == null) {
        throw new IOException("no such file");
      }
      return new ByteArrayInputStream(bytes);
    }

    Verdict verify(Function<Optional<Anchor>, HeadEvidence> head, Optional<Instant> until) {
      try {
        return new ExportVerification(this, SampleLog.KEY.verifierKey(), head, until).verify();
      } catch (IOException unreadable) {
        throw new UncheckedIOException(unreadable);
      }
    }
  }

  /** The export of a range of leaves at a size, as it is signed. */
  Files export(ExportFormat format, ExportFilter filter, int from, int to, long size) {
    TreeSize of = new TreeSize(size);
    ExportOrigin origin = new ExportOrigin(log.checkpoint(of), Optional.of(log.anchor(size)));
    Map<String, StringBuilder> texts = new TreeMap<>();
    texts.put(ExportLeaves.NAME, new StringBuilder());
    format.files().forEach(name -> texts.put(name, new StringBuilder(format.first())));
    Map<ExportKind, Long> counts = new EnumMap<>(ExportKind.class);
    for (int i = from; i < to; i++) {
      text(texts, ExportLeaves.NAME).append(ExportLeaves.write(line(i))).append('\n');
      if (line(i) instanceof ExportLeaves.Opened opened) {
        ExportedLeaf leaf = ExportedLeaf.of(opened.index(), opened.statement(), opened.record());
        if (filter.matches(leaf)) {
          ExportKind kind = leaf.kind().orElseThrow();
          counts.merge(kind, 1L, Long::sum);
          text(texts, format.fileOf(kind)).append(format.line(origin, leaf));
        }
      }
    }
    format.files().forEach(name -> text(texts, name).append(format.last(origin)));
    Files files = new Files();
    texts.forEach((name, text) -> files.content.put(name, text.toString().getBytes(UTF_8)));
    List<Digest> edges =
        RangeProof.edges(new LeafIndex(from), new LeafIndex(to), of, new TileNodes(of, log::tile));
    ExportManifest manifest =
        new ExportManifest(
            "2026-11-29T12:00:00.000Z",
            origin,
            Optional.of(new ExportManifest.Range(new LeafIndex(from), new LeafIndex(to), edges)),
            filter,
            format,
            counts,
            IntStream.range(from, to).filter(this::isRemoved).count(),
            erased.stream().filter(leaf -> leaf >= from && leaf < to).toList(),
            retention(size),
            files.content.entrySet().stream()
                .map(
                    one ->
                        new ExportManifest.FileEntry(
                            one.getKey(), one.getValue().length, Digest.sha256(one.getValue())))
                .toList());
    sign(files, manifest.toJson());
    return files;
  }

  private boolean isRemoved(int leaf) {
    return log.statement(leaf) instanceof Statement.Disclosure && !records.containsKey(leaf);
  }

  private static StringBuilder text(Map<String, StringBuilder> texts, String name) {
    return Objects.requireNonNull(texts.get(name), name);
  }

  static void sign(Files files, String manifest) {
    byte[] bytes = manifest.getBytes(UTF_8);
    files.content.put(ExportManifest.NAME, bytes);
    files.content.put(ExportManifest.SIGNATURE, SampleLog.KEY.signExport(bytes).getBytes(UTF_8));
  }

  private Optional<ProofFile> retention(long size) {
    for (int i = 0; i < size; i++) {
      if (log.statement(i) instanceof Statement.Retention) {
        return Optional.of(log.proof(i, size, Optional.of(size)));
      }
    }
    return Optional.empty();
  }

  private ExportLeaves.Line line(int i) {
    Salt salt = log.proof(i, log.size().value(), Optional.empty()).salt();
    LeafIndex index = new LeafIndex(i);
    return erased.contains((long) i)
        ? new ExportLeaves.Erased(index, Commitment.of(salt, log.statement(i)))
        : new ExportLeaves.Opened(
            index, log.statement(i), salt, Optional.ofNullable(records.get(i)), Optional.empty());
  }

  Files all(ExportFormat format) {
    int size = (int) log.size().value();
    return export(format, ExportFilter.ALL, 0, size, size);
  }

  Function<Optional<Anchor>, HeadEvidence> onLedger(long size) {
    return anchor ->
        new HeadEvidence.OnLedger(
            new TreeSize(size),
            log.root(new TreeSize(size)),
            anchor.map(known -> log.root(known.size())));
  }
}
