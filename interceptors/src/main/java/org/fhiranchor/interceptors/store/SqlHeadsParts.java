package org.fhiranchor.interceptors.store;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.fhiranchor.interceptors.log.heads.HeadsParts;
import org.fhiranchor.merkle.SparseMap.PartId;
import org.fhiranchor.merkle.TreeSize;
import org.springframework.jdbc.core.JdbcTemplate;

/** The map of heads in the table {@code heads_part}. */
public final class SqlHeadsParts implements HeadsParts {
  /** Parts of one statement. */
  private static final int BATCH = 2_000;

  private static final String WANTED =
      "from unnest(cast(? as bigint array), cast(? as bigint array), cast(? as bigint array)) as"
          + " k(lvl, idx, upto)";

  private static final String HERE =
      " from heads_part p where p.part_level = k.lvl and p.part_index = k.idx and p.heads_index <="
          + " k.upto order by p.part_level desc, p.part_index desc, p.heads_index desc limit 1) ";

  private static final String READ = "select k.lvl, k.idx, (select p.content" + HERE + WANTED;

  private static final String SHOWN = "select k.lvl, k.idx, (select p.heads_index" + HERE + WANTED;

  private static final String OLDER =
      "delete from heads_part where part_id in (select o.part_id "
          + WANTED
          + " join heads_part o on o.part_level = k.lvl and o.part_index = k.idx and o.heads_index <"
          + " k.upto)";

  private static final String INSERT =
      "insert into heads_part (part_level, part_index, heads_index, content) select * from"
          + " unnest(cast(? as bigint array), cast(? as bigint array), cast(? as bigint array),"
          + " cast(? as bytea array))";

  private final JdbcTemplate jdbc;

  /** Joins the transaction that is open on its data source. */
  public SqlHeadsParts(JdbcTemplate jdbc) {
    this.jdbc = jdbc;
  }

  @Override
  public Map<PartId, byte[]> read(Collection<PartId> ids, long headsIndex) {
    Map<PartId, byte[]> found = new HashMap<>();
    for (List<PartId> some : batches(ids)) {
      jdbc.query(
          READ,
          places(some, id -> headsIndex).setter(),
          row -> {
            byte[] content = row.getBytes(3);
            if (content != null) {
              found.put(new PartId(row.getInt(1), row.getInt(2)), content);
            }
          });
    }
    return found;
  }

  @Override
  public void write(long headsIndex, Map<PartId, byte[]> parts, TreeSize anchored) {
    for (List<PartId> some : batches(parts.keySet())) {
      removeOlder(some, anchored.value() - 1);
      jdbc.update(
          INSERT,
          places(some, id -> headsIndex).bytea(id -> parts.getOrDefault(id, new byte[0])).setter());
    }
  }

  /** Whoever reads the anchored size needs the newest of each part that is not after it. */
  private void removeOlder(List<PartId> ids, long shownBy) {
    Map<PartId, Long> shown = new HashMap<>();
    jdbc.query(
        SHOWN,
        places(ids, id -> shownBy).setter(),
        row -> {
          long index = row.getLong(3);
          if (!row.wasNull()) {
            shown.put(new PartId(row.getInt(1), row.getInt(2)), index);
          }
        });
    if (!shown.isEmpty()) {
      jdbc.update(OLDER, places(shown.keySet(), id -> shown.getOrDefault(id, 0L)).setter());
    }
  }

  private static ManyRows<PartId> places(Collection<PartId> ids, Function<PartId, Long> upTo) {
    return ManyRows.of(ids)
        .bigint(id -> (long) id.level())
        .bigint(id -> (long) id.index())
        .bigint(upTo);
  }

  private static List<List<PartId>> batches(Collection<PartId> ids) {
    List<PartId> all = List.copyOf(ids);
    List<List<PartId>> batches = new ArrayList<>();
    for (int from = 0; from < all.size(); from += BATCH) {
      batches.add(all.subList(from, Math.min(all.size(), from + BATCH)));
    }
    return batches;
  }
}
