package org.fhiranchor.merkle;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/**
 * Makes {@code vectors/exports.json}: exported folders, most of them changed in one place, what is
 * known of the head, and the report that must come of them, word by word. The verifier in
 * JavaScript reads it, too. Run it with the file's path to write it anew.
 */
final class ExportVectors {
  static final Path FILE = Path.of("src/test/resources/vectors/exports.json");

  private static final int ALTERATIONS = 240;
  private static final long SEED = 20261129;

  private final Map<String, SampleExport.Files> folders = new TreeMap<>();
  private final List<JsonValue> vectors = new ArrayList<>();
  private final SampleExport world = new SampleExport(3);
  private final int size = (int) world.log.size().value();
  private final HeadEvidence head = onLedger(world, size);

  private ExportVectors() {}

  public static void main(String[] args) throws IOException {
    Files.writeString(Path.of(args[0]), make());
  }

  static String make() {
    ExportVectors made = new ExportVectors();
    made.honest();
    made.heads();
    made.forgedManifests();
    made.forgedFiles();
    made.times();
    made.patients();
    made.altered();
    List<JsonValue> folders = new ArrayList<>();
    made.folders.forEach((name, files) -> folders.add(json(name, files)));
    return new VectorFile().with("folders", folders).with("exports", made.vectors).text();
  }

  private static JsonValue json(String name, SampleExport.Files files) {
    Map<String, JsonValue> texts = new LinkedHashMap<>();
    files.content.forEach((file, bytes) -> texts.put(file, new JsonValue.Str(text(bytes))));
    return VectorFile.object("name", name, "files", new JsonValue.Obj(texts));
  }

  private static String text(byte[] bytes) {
    return new String(bytes, UTF_8);
  }

  private static HeadEvidence onLedger(SampleExport of, long size) {
    return of.onLedger(size).apply(Optional.empty());
  }

  private void honest() {
    SampleExport rich = RichRecords.world();
    int all = (int) rich.log.size().value();
    for (ExportFormat format : ExportFormat.values()) {
      folders.put(format.word(), world.all(format));
      add("whole", format.word(), files -> {});
      folders.put("rich " + format.word(), rich.all(format));
      add("rich", "rich " + format.word(), files -> {}, onLedger(rich, all), Optional.empty());
    }
    ExportFilter filter =
        new ExportFilter(
            Optional.empty(),
            Optional.of(SampleLog.NOW.plusSeconds(90)),
            Optional.empty(),
            List.of("Practitioner/1"),
            List.of("Observation"),
            Set.of(ExportKind.VERSIONS, ExportKind.REFUSALS));
    folders.put("some", world.export(ExportFormat.CSV, filter, 0, size, size));
    add("some", "some", files -> {});
    folders.put("old", world.export(ExportFormat.CSV, ExportFilter.ALL, 0, size - 1, size - 1L));
    folders.put("cut", world.export(ExportFormat.CSV, ExportFilter.ALL, 0, size - 1, size));
    add("cut off", "cut", files -> {});
  }

  private void heads() {
    Digest other = Digest.sha256("other".getBytes(UTF_8));
    TreeSize of = world.log.size();
    TreeSize before = new TreeSize(size - 1L);
    HeadEvidence moved =
        new HeadEvidence.OnLedger(of, world.log.root(of), Optional.of(world.log.root(before)));
    for (HeadEvidence known :
        List.of(
            new HeadEvidence.Pinned(of, world.log.root(of)),
            new HeadEvidence.Pinned(of, other),
            new HeadEvidence.Pinned(before, world.log.root(before)),
            new HeadEvidence.OnLedger(of, other, Optional.empty()),
            new HeadEvidence.OnLedger(before, world.log.root(before), Optional.empty()),
            moved,
            new HeadEvidence.Contradicted("another chain", "1", "2"),
            new HeadEvidence.Unavailable("connection refused"))) {
      for (String folder : List.of("csv", "old")) {
        add("another head", folder, files -> {}, known, Optional.empty());
      }
    }
    for (long seconds : List.of(-86_400L, 120L - 3_600L, 121L - 3_600L, 120L)) {
      Instant until = SampleLog.NOW.plusSeconds(seconds);
      add("of before, until then", "old", files -> {}, moved, Optional.of(until));
    }
  }

  /** The owner of the key signs another manifest. */
  private void forgedManifests() {
    for (UnaryOperator<String> change :
        List.<UnaryOperator<String>>of(
            text -> text,
            text -> text + "\n",
            text -> "",
            text -> text.replace("2026-11-29T12", "2026-11-29T13"),
            text -> text.replace("fhiranchor-export/1", "fhiranchor-export/2"),
            text -> text.replace("\"removed\":", "\"removed\":1"),
            text -> text.replace("\"removed\":", "\"more\":1,\"removed\":"),
            text -> text.replace("\"removed\":", "\"removed\": "),
            text -> text.replaceFirst("\"versions\":[0-9]+", "\"versions\":99"),
            text -> text.replaceFirst("\"versions\":[0-9]+", "\"versions\":\"4\""),
            text -> text.replaceFirst("\"erased\":\\[[^]]*]", "\"erased\":[]"),
            text -> text.replaceFirst("\"erased\":\\[[^]]*]", "\"erased\":[1.0]"),
            text -> text.replaceFirst("\"erased\":\\[[^]]*]", "\"erased\":[0,1]"),
            text -> text.replace("\"from\":0", "\"from\":1"),
            text -> text.replaceFirst("\"to\":[0-9]+", "\"to\":99"),
            text -> text.replaceFirst("\"to\":[0-9]+", "\"to\":0"),
            text -> text.replaceFirst("\"to\":[0-9]+", "\"to\":9"),
            text -> text.replaceFirst("\"range\":\\{[^}]*},", ""),
            text -> text.replaceFirst("\"edges\":\\[]", "\"edges\":[\"AA\"]"),
            text -> text.replaceFirst("\"retention\":.*(?=\"files\")", ""),
            text -> text.replaceFirst("\"filter\":\\{", "\"filter\":{\"since\":\"2026\","),
            text -> text.replace("\"agent\":[]", "\"agent\":[\"Practitioner/1\"]"),
            text -> text.replace("\"agent\":[]", "\"agent\":[7]"),
            text -> text.replace("\"resource\":[]", "\"resource\":[\"Observation/1\"]"),
            text -> text.replace("\"refusals\",\"versions\"]", "\"refusals\"]"),
            text -> text.replace("\"refusals\",\"versions\"]", "\"refusals\",\"other\"]"),
            text -> text.replace("\"outputFormat\":\"csv\"", "\"outputFormat\":\"xml\""),
            text -> text.replace("\"outputFormat\":\"csv\"", "\"outputFormat\":\"prov\""),
            text -> text.replaceFirst("\"files\":\\[.*]", "\"files\":[]"),
            text -> text.replace("records.csv", "records.txt"),
            text -> text.replace("records.csv", "leaves.ndjson"),
            text -> text.replaceFirst("\"bytes\":[0-9]+", "\"bytes\":7"),
            text -> text.replaceFirst("\"sha256\":\"[0-9a-f]{2}", "\"sha256\":\"00"),
            text -> text.replaceFirst("\"sha256\":\"[0-9a-f]{2}", "\"sha256\":\"AB"),
            text -> text.replaceFirst("\"anchor\":\\{[^}]*}", "\"anchor\":null"),
            text -> text.replaceFirst("(\"anchor\":\\{.*?)\"size\":[0-9]+", "$1\"size\":7"),
            text -> text.replaceFirst("(\"anchor\":\\{.*?)finalized", "$1final ized"),
            text -> text.replaceFirst("(\"checkpoint\":\"[^\"]*?\\\\n)[0-9]+", "$17"),
            text -> text.replaceFirst("\"checkpoint\":\"[^\"]*\"", "\"checkpoint\":\"x\""))) {
      add("another manifest, signed", "csv", files -> sign(files, change));
    }
  }

  private static void sign(SampleExport.Files files, UnaryOperator<String> change) {
    SampleExport.sign(files, change.apply(text(files.bytes(ExportManifest.NAME))));
  }

  /** The owner of the key signs a manifest with the digests of changed files. */
  private void forgedFiles() {
    for (UnaryOperator<String> change :
        List.<UnaryOperator<String>>of(
            text -> text.replaceFirst(",\"statement\".*", "}"),
            text -> text.replaceFirst("(?s)^.*?\n", ""),
            text -> text.replaceFirst("\n[^\n]*\n$", "\n"),
            text -> text + text.substring(text.lastIndexOf("\n", text.length() - 2) + 1),
            text -> text.replaceFirst("\\{\"leafIndex\":1,", "{\"leafIndex\":2,"),
            text -> text.replaceFirst("Practitioner/0", "Practitioner/9"),
            text -> text.replaceFirst("\"record\":\"[^\"]*?refused", "\"record\":\"refused"),
            text -> text.replaceFirst("\"salt\":\"[^\"]*\"", "\"salt\":\"AAAA\""),
            text -> text.replaceFirst("(\"salt\":\"[^\"]*\")", "$1,\"inclusionProof\":[]"),
            text -> text.replaceFirst("\"kind\":\"resource-version\"", "\"kind\":\"other\""),
            text -> text.replaceFirst("\n", " \n"),
            text -> text.substring(0, text.length() - 1),
            text -> "")) {
      for (String folder : List.of("csv", "ndjson")) {
        add("other leaves, signed", folder, files -> forge(files, ExportLeaves.NAME, change));
      }
    }
    for (UnaryOperator<String> change :
        List.<UnaryOperator<String>>of(
            text -> text.replaceFirst("Practitioner/1", "Practitioner/9"),
            text -> text.replaceFirst("(?s)^.*?\n", ""),
            text -> text.replaceFirst("\n[^\n]*\n$", "\n"),
            text -> text + "\u00a0more\n",
            text -> text + "\n",
            text -> text.replace("\r\n", "\n"),
            text -> text.replaceFirst("Patient", " \u2003 \ud83d\ude00"),
            text -> "")) {
      for (String file : List.of("AuditEvent.ndjson", "Provenance.ndjson")) {
        add("other records, signed", "ndjson", files -> forge(files, file, change));
      }
      add("other records, signed", "csv", files -> forge(files, "records.csv", change));
      add("other records, signed", "prov", files -> forge(files, "records.prov.json", change));
    }
  }

  private static void forge(SampleExport.Files files, String name, UnaryOperator<String> change) {
    byte[] before = files.bytes(name);
    byte[] after = change.apply(text(before)).getBytes(UTF_8);
    files.content.put(name, after);
    String digest = Digest.sha256(before).hex();
    sign(
        files,
        text ->
            text.replace(
                "\"bytes\":" + before.length + ",\"sha256\":\"" + digest,
                "\"bytes\":" + after.length + ",\"sha256\":\"" + Digest.sha256(after).hex()));
  }

  /** A range that is shorter than the log. */
  private void times() {
    SampleExport hours = new SampleExport(6, 1800);
    int all = (int) hours.log.size().value();
    Instant since = SampleLog.NOW.plusSeconds(2 * 1800 + 60);
    ExportFilter filter =
        new ExportFilter(
            Optional.of(since),
            Optional.of(since.plusSeconds(60)),
            Optional.empty(),
            List.of(),
            List.of(),
            Set.of(ExportKind.values()));
    List<List<Integer>> ranges =
        List.of(List.of(3, 29), List.of(3, 28), List.of(5, 29), List.of(3, all), List.of(0, 30));
    for (List<Integer> range : ranges) {
      String name = "leaves " + range;
      SampleExport.Files files =
          hours.export(ExportFormat.CSV, filter, range.get(0), range.get(1), all);
      folders.put(name, files);
      add("times", name, none -> {}, onLedger(hours, all), Optional.empty());
    }
    past(new SampleExport(8, 1800));
  }

  /**
   * Of a time that is over, while the ledger went on; a little more than an hour before the end.
   */
  private void past(SampleExport hours) {
    long before = hours.log.size().value() - 2;
    HeadEvidence moved =
        new HeadEvidence.OnLedger(
            hours.log.size(),
            hours.log.root(hours.log.size()),
            Optional.of(hours.log.root(new TreeSize(before))));
    for (long ends : List.of(5 * 1800L, 5 * 1800L + 1)) {
      ExportFilter filter =
          new ExportFilter(
              Optional.empty(),
              Optional.of(SampleLog.NOW.plusSeconds(ends)),
              Optional.empty(),
              List.of(),
              List.of(),
              Set.of(ExportKind.values()));
      String name = "until " + ends;
      folders.put(name, hours.export(ExportFormat.CSV, filter, 0, (int) before, before));
      add("of the past", name, none -> {}, moved, Optional.empty());
      add("of the past", name, none -> {}, moved, Optional.of(SampleLog.NOW.plusSeconds(86_400)));
    }
  }

  private void patients() {
    SampleExportOfPatient of = new SampleExportOfPatient();
    HeadEvidence known = of.world.onLedger(of.anchored);
    for (ExportFormat format : ExportFormat.values()) {
      String folder = "patient " + format.word();
      folders.put(folder, of.export(format));
      add("of one patient", folder, files -> {}, known, Optional.empty());
      for (String name : List.of(ExportManifest.ACCOUNTING, ExportLeaves.NAME)) {
        for (UnaryOperator<String> change :
            List.<UnaryOperator<String>>of(
                text -> text.replaceFirst("(?s)^.*?\n", ""),
                text -> text.replaceFirst("\n[^\n]*\n$", "\n"),
                text -> text.replaceFirst("\"inclusionProof\":\\[\"", "\"inclusionProof\":[\"A"),
                text -> text.replaceFirst(",\"inclusionProof\":\\[[^]]*]", ""),
                text -> text.replaceFirst(",\"statement\".*", "}"),
                text -> text.replaceFirst("\"record\":\"\\{", "\"record\":\"{ "),
                text -> text.replaceFirst("\"record\":\"(?:[^\"\\\\]|\\\\.)*\"", "\"record\":null"),
                text -> text + text,
                text -> text.substring(0, text.length() - 1),
                text -> text + "{}\n",
                text -> "")) {
          add(
              "of one patient, signed anew",
              folder,
              files -> forge(files, name, change),
              known,
              Optional.empty());
        }
      }
      for (UnaryOperator<String> change :
          List.<UnaryOperator<String>>of(
              text -> text.replace("Patient/anna", "Patient/ben"),
              text -> text.replace("\"removed\":0", "\"removed\":1"))) {
        add("another manifest", folder, files -> sign(files, change), known, Optional.empty());
      }
      add(
          "without the accounting",
          folder,
          files -> files.content.remove(ExportManifest.ACCOUNTING),
          known,
          Optional.empty());
    }
  }

  private void altered() {
    RandomAlterations random = new RandomAlterations(SEED);
    List<String> names = List.of("ndjson", "csv", "prov");
    for (int i = 0; i < ALTERATIONS; i++) {
      add("altered", names.get(i % names.size()), random::alter);
    }
  }

  private void add(String name, String folder, Change change) {
    add(name, folder, change, head, Optional.empty());
  }

  private void add(
      String name, String folder, Change change, HeadEvidence known, Optional<Instant> until) {
    SampleExport.Files honest = folders.getOrDefault(folder, new SampleExport.Files());
    SampleExport.Files changed = new SampleExport.Files();
    changed.content.putAll(honest.content);
    change.change(changed);
    vectors.add(
        VectorFile.object(
            "name",
            name,
            "folder",
            folder,
            "changes",
            changes(honest, changed),
            "key",
            SampleLog.KEY.verifierKey(),
            "evidence",
            VerificationVectors.json(known),
            "until",
            until
                .<JsonValue>map(instant -> new JsonValue.Str(InstantText.format(instant)))
                .orElseGet(JsonValue.Null::new),
            "report",
            VerificationVectors.json(changed.verify(anchor -> known, until))));
  }

  /** Which bytes of which files are others: those from one place to another are these instead. */
  private static JsonValue changes(SampleExport.Files before, SampleExport.Files after) {
    Map<String, byte[]> all = new TreeMap<>(before.content);
    all.putAll(after.content);
    List<JsonValue> changes = new ArrayList<>();
    for (String name : all.keySet()) {
      byte[] old = before.content.getOrDefault(name, new byte[0]);
      byte[] now = after.content.get(name);
      if (now == null) {
        changes.add(VectorFile.object("file", name, "now", new JsonValue.Null()));
      } else if (!Arrays.equals(old, now) || !before.content.containsKey(name)) {
        changes.add(change(name, old, now));
      }
    }
    return new JsonValue.Arr(changes);
  }

  private static JsonValue change(String name, byte[] old, byte[] now) {
    int shorter = Math.min(old.length, now.length);
    int first = Arrays.mismatch(old, now);
    int from = first < 0 ? shorter : first;
    int same = 0;
    while (same < shorter - from && old[old.length - 1 - same] == now[now.length - 1 - same]) {
      same++;
    }
    return VectorFile.object(
        "file",
        name,
        "from",
        new JsonValue.Num(Integer.toString(from)),
        "to",
        new JsonValue.Num(Integer.toString(old.length - same)),
        "now",
        VectorFile.base64(Arrays.copyOfRange(now, from, now.length - same)));
  }

  /** What somebody does to a folder. */
  private interface Change {
    void change(SampleExport.Files files);
  }
}
