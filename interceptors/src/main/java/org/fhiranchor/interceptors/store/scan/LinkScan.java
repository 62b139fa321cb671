package org.fhiranchor.interceptors.store.scan;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.fhiranchor.interceptors.scan.Finding.Kind;

/** Holds HAPI's table of links against what the newest version of each resource refers to. */
final class LinkScan {
  private static final String LINKS =
      "select l.src_resource_id, l.src_path, l.source_resource_type, l.target_resource_type,"
          + " l.target_resource_url, l.target_resource_version, t.res_type, t.fhir_id,"
          + " case when l.target_resource_id is null then 0 else 1 end as local,"
          + " case when l.partition_id is null and l.target_res_partition_id is null then 0 else 1"
          + " end as partitioned from unnest(cast(? as bigint array)) as k(id) join hfj_res_link l"
          + " on l.src_resource_id = k.id left join hfj_resource t on t.res_id ="
          + " l.target_resource_id";

  private static final Pattern TARGET =
      Pattern.compile(" to ([A-Za-z]+)/([A-Za-z0-9.-]{1,64})(?: version [0-9]+)?$");

  private final Scanning scan;
  private final ExpectedLinks expected;

  LinkScan(Scanning scan, ExpectedLinks expected) {
    this.scan = scan;
    this.expected = expected;
  }

  /** The links of these resources. */
  void read(List<ResourceScan.Row> page) {
    if (page.isEmpty()) {
      return;
    }
    Map<Long, List<String>> stored = new HashMap<>();
    scan.jdbc()
        .query(
            LINKS,
            VersionScan.arrays(new Object[][] {ResourceScan.ids(page).toArray()}),
            row -> {
              stored
                  .computeIfAbsent(row.getLong("src_resource_id"), none -> new ArrayList<>(2))
                  .add(inWords(row));
            });
    page.parallelStream().forEach(row -> compare(row, stored.getOrDefault(row.id(), List.of())));
  }

  /** A link in words; what HAPI never writes stands in them as well. */
  private static String inWords(ResultSet row) throws SQLException {
    StringBuilder words = new StringBuilder();
    words.append(row.getString("source_resource_type")).append(' ');
    words.append(row.getString("src_path")).append(" to ");
    String type = row.getString("target_resource_type");
    if (row.getInt("local") == 1) {
      words.append(row.getString("res_type")).append('/').append(row.getString("fhir_id"));
      if (type == null || !type.equals(row.getString("res_type"))) {
        words.append(" as ").append(type);
      }
      if (row.getString("target_resource_url") != null) {
        words.append(" at ").append(row.getString("target_resource_url"));
      }
    } else {
      words.append(row.getString("target_resource_url")).append(" as ").append(type);
    }
    Optional<Long> version = VersionRow.number(row, "target_resource_version");
    version.ifPresent(number -> words.append(" version ").append(number));
    return row.getInt("partitioned") == 1 ? words + " in a partition" : words.toString();
  }

  private void compare(ResourceScan.Row row, List<String> stored) {
    scan.same(Kind.RESOURCE, row.place(), "SP_HAS_LINKS", !stored.isEmpty(), row.hasLinks());
    String text = row.text();
    Set<String> found = new TreeSet<>(stored);
    boolean repeated = found.size() < stored.size();
    String type = VersionScan.word(row.type());
    if (text == null || row.deleted().isPresent()) {
      name(row, Set.of(), found, repeated);
    } else if (repeated || !expected.atOnce(type, text).equals(Optional.of(found))) {
      name(row, expected.byHapi(text), found, repeated);
    }
  }

  /**
   * Whether it leads to a resource of this server that is not stored: no link can stand there. That
   * the resource is missing is a finding of its own, unless it was erased.
   */
  private synchronized boolean isToNothing(String link) {
    Matcher target = TARGET.matcher(link);
    return target.find()
        && scan.count(
                "select count(*) from hfj_resource where res_type = ? and fhir_id = ?",
                target.group(1),
                target.group(2))
            == 0;
  }

  private void name(ResourceScan.Row row, Set<String> want, Set<String> found, boolean repeated) {
    if (repeated) {
      scan.found(Kind.LINK, row.place(), "a link is there twice");
    }
    for (String link : want) {
      if (!found.contains(link) && !isToNothing(link)) {
        scan.found(Kind.LINK, row.place(), "a link is missing: " + link);
      }
    }
    for (String link : found) {
      if (!want.contains(link)) {
        scan.found(Kind.LINK, row.place(), "it does not say this link: " + link);
      }
    }
  }
}
