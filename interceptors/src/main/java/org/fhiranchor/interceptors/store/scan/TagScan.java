package org.fhiranchor.interceptors.store.scan;

import java.util.List;
import org.fhiranchor.interceptors.scan.Finding.Kind;

/**
 * HAPI's tables of tags, in which nothing is kept: profiles, labels and tags are inside of versions
 * (REC-5).
 */
final class TagScan {
  private static final String OF_RESOURCES =
      "select t.pid, r.res_type, r.fhir_id, d.tag_system, d.tag_code from hfj_res_tag t left join"
          + " hfj_resource r on r.res_id = t.res_id left join hfj_tag_def d on d.tag_id = t.tag_id"
          + " where t.pid > ? order by t.pid limit "
          + Scanning.PAGE;

  private static final String OF_VERSIONS = OF_RESOURCES.replace("hfj_res_tag", "hfj_history_tag");

  private final Scanning scan;

  TagScan(Scanning scan) {
    this.scan = scan;
  }

  private record Row(long id, String place, String tag) {}

  void run() {
    read(OF_RESOURCES, "HFJ_RES_TAG");
    read(OF_VERSIONS, "HFJ_HISTORY_TAG");
  }

  private void read(String sql, String table) {
    long last = Long.MIN_VALUE;
    List<Row> page;
    do {
      page =
          scan.jdbc()
              .query(
                  sql,
                  (row, n) ->
                      new Row(
                          row.getLong(1),
                          row.getString(2) + "/" + row.getString(3),
                          row.getString(4) + "|" + row.getString(5)),
                  last);
      for (Row row : page) {
        scan.found(
            Kind.RESOURCE,
            row.place(),
            "%s says %s, which no version can: want no row".formatted(table, row.tag()));
      }
      last = page.isEmpty() ? last : page.get(page.size() - 1).id();
    } while (page.size() == Scanning.PAGE);
  }
}
