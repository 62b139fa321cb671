package org.fhiranchor.interceptors.store.scan;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.fhiranchor.interceptors.scan.Finding.Kind;

/** The table {@code binary_reference}: each row is in some version, each version's are rows. */
final class BinaryScan {
  private static final String BINARY = "Binary/";
  private static final Pattern REFERENCE = Pattern.compile("Binary/[A-Za-z0-9.-]{1,64}");

  private final Scanning scan;
  private final Function<String, Set<String>> references;

  /**
   * Holds the table against the versions.
   *
   * @param references what a version's text refers to, as the gate understands it
   */
  BinaryScan(Scanning scan, Function<String, Set<String>> references) {
    this.scan = scan;
    this.references = references;
  }

  /** The versions of one page. */
  void read(List<VersionRow> rows, Function<VersionRow, String> resource) {
    List<String> sources = new ArrayList<>();
    List<String> targets = new ArrayList<>();
    for (VersionRow row : rows) {
      if (row.text() != null && row.text().contains(BINARY)) {
        for (String target : references.apply(row.text())) {
          sources.add(resource.apply(row));
          targets.add(target);
        }
      }
    }
    if (!sources.isEmpty()) {
      missing(sources, targets);
    }
  }

  private void missing(List<String> sources, List<String> targets) {
    scan.jdbc()
        .query(
            "select k.source, k.target from unnest(cast(? as varchar array), cast(? as varchar"
                + " array)) as k(source, target) where not exists (select 1 from binary_reference b"
                + " where b.target = k.target and b.source = k.source)",
            VersionScan.arrays(sources.toArray(), targets.toArray()),
            row -> {
              scan.found(
                  Kind.BINARY_REFERENCE,
                  row.getString(1) + " to " + row.getString(2),
                  "its row is missing");
            });
  }

  /** Every row, by its target and source. */
  void end() {
    Optional<Row> last = Optional.empty();
    List<Row> page;
    do {
      page = page(last.orElse(new Row("", "")));
      page.forEach(this::compare);
      last = page.isEmpty() ? last : Optional.of(page.get(page.size() - 1));
    } while (page.size() == Scanning.PAGE);
  }

  private record Row(String target, String source) {}

  private List<Row> page(Row after) {
    return scan.jdbc()
        .query(
            "select distinct target, source from binary_reference where target > ? or (target = ?"
                + " and source > ?) order by target, source limit "
                + Scanning.PAGE,
            (row, n) -> new Row(row.getString(1), row.getString(2)),
            after.target(),
            after.target(),
            after.source());
  }

  private void compare(Row row) {
    int slash = row.source().indexOf('/');
    boolean named =
        slash > 0
            && REFERENCE.matcher(row.target()).matches()
            && texts(row.source().substring(0, slash), row.source().substring(slash + 1)).stream()
                .anyMatch(
                    text ->
                        text.contains(row.target())
                            && new TreeSet<>(references.apply(text)).contains(row.target()));
    if (!named) {
      scan.found(
          Kind.BINARY_REFERENCE,
          row.source() + " to " + row.target(),
          "no version of it refers to that");
    }
  }

  private List<String> texts(String type, String id) {
    return scan.jdbc()
        .queryForList(
            "select v.res_text_vc from hfj_resource r join hfj_res_ver v on v.res_id = r.res_id"
                + " where r.res_type = ? and r.fhir_id = ? and v.res_text_vc like '%Binary/%'",
            String.class, type, id);
  }
}
