package org.fhiranchor.interceptors.export;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.fhiranchor.merkle.ExportFormat;
import org.fhiranchor.merkle.ExportKind;
import org.fhiranchor.merkle.ExportManifest;
import org.fhiranchor.merkle.JsonValue;

/**
 * The answer of Bulk Data that names the files of an export. {@code output} has the records; an
 * extension has all files, with those that prove them.
 */
final class BulkManifest {
  /** The member of {@code extension} that lists all files. */
  static final String FILES = "https://fhiranchor.org/export-files";

  private BulkManifest() {}

  /** The names of all files that can be downloaded. */
  static Set<String> names(ExportManifest manifest) {
    Set<String> names = new LinkedHashSet<>();
    names.add(ExportManifest.NAME);
    names.add(ExportManifest.SIGNATURE);
    manifest.files().forEach(file -> names.add(file.name()));
    return names;
  }

  static String of(ProvenanceExport export, ExportManifest manifest, String address) {
    Map<String, JsonValue> out = new LinkedHashMap<>();
    out.put("transactionTime", text(manifest.created()));
    out.put("request", text(export.order().request()));
    out.put("requiresAccessToken", new JsonValue.Bool(true));
    out.put("output", output(manifest, address));
    out.put("error", new JsonValue.Arr(List.of()));
    List<JsonValue> all = new ArrayList<>();
    for (String name : names(manifest)) {
      all.add(file(Map.of("name", text(name)), name, address));
    }
    out.put("extension", new JsonValue.Obj(Map.of(FILES, new JsonValue.Arr(all))));
    return new JsonValue.Obj(out).toJson();
  }

  private static JsonValue output(ExportManifest manifest, String address) {
    List<JsonValue> files = new ArrayList<>();
    for (String name : manifest.format().files()) {
      long count =
          manifest.counts().entrySet().stream()
              .filter(one -> manifest.format().fileOf(one.getKey()).equals(name))
              .mapToLong(Map.Entry::getValue)
              .sum();
      Map<String, JsonValue> members = new LinkedHashMap<>();
      members.put("type", text(type(manifest.format(), name)));
      members.put("count", new JsonValue.Num(Long.toString(count)));
      files.add(file(members, name, address));
    }
    return new JsonValue.Arr(files);
  }

  private static String type(ExportFormat format, String name) {
    if (format != ExportFormat.NDJSON) {
      return "Binary";
    }
    return format.fileOf(ExportKind.VERSIONS).equals(name) ? "Provenance" : "AuditEvent";
  }

  private static JsonValue file(Map<String, JsonValue> members, String name, String address) {
    Map<String, JsonValue> file = new LinkedHashMap<>(members);
    file.put("url", text(address + "&_file=" + name));
    return new JsonValue.Obj(file);
  }

  private static JsonValue text(String text) {
    return new JsonValue.Str(text);
  }
}
