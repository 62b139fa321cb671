package org.fhiranchor.interceptors.store.scan;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.List;
import org.fhiranchor.interceptors.scan.Finding.Kind;
import org.fhiranchor.merkle.SealKey;

/** Who holds a page link or a subscription: each row under its seal. */
final class HolderScan {
  private final Scanning scan;
  private final SealKey seals;

  HolderScan(Scanning scan, SealKey seals) {
    this.scan = scan;
    this.seals = seals;
  }

  @SuppressWarnings("ArrayRecordComponent")
  private record Row(String kind, String name, String holder, byte[] seal) {}

  void run() {
    Row last = new Row("", "", "", new byte[0]);
    List<Row> page;
    do {
      page =
          scan.jdbc()
              .query(
                  "select kind, name, holder, seal from gate_binding where kind > ? or (kind = ?"
                      + " and name > ?) order by kind, name limit "
                      + Scanning.PAGE,
                  (row, n) ->
                      new Row(
                          row.getString(1),
                          row.getString(2),
                          VersionScan.word(row.getString(3)),
                          LeafRow.bytes(row, "seal")),
                  last.kind(),
                  last.kind(),
                  last.name());
      page.forEach(this::compare);
      last = page.isEmpty() ? last : page.get(page.size() - 1);
    } while (page.size() == Scanning.PAGE);
  }

  private void compare(Row row) {
    byte[][] parts = {
      row.kind().getBytes(UTF_8), row.name().getBytes(UTF_8), row.holder().getBytes(UTF_8)
    };
    if (!seals.fits(row.seal(), parts)) {
      scan.found(
          Kind.HOLDER, "gate_binding " + row.kind() + " " + row.name(), "it has no valid seal");
    }
  }
}
