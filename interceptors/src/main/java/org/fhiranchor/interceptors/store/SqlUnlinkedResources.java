package org.fhiranchor.interceptors.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.fhiranchor.interceptors.gate.search.UnlinkedResources;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.PreparedStatementSetter;

/**
 * HAPI's tables beside the log's: each committed version is a leaf, or waits to be one, so that
 * nothing committed is overlooked, however long its transaction took and whichever node ran it.
 */
public final class SqlUnlinkedResources implements UnlinkedResources {
  private static final String UNLINKED =
      " r.res_deleted_at is null and not exists (select 1 from hfj_res_link l where"
          + " l.src_resource_id = r.res_id and l.target_resource_type = 'Patient' and"
          + " l.target_resource_id is not null and l.src_path in (select p.path from"
          + " unnest(cast(? as varchar array)) as p(path))) limit ?";

  private static final String ALL =
      "select r.fhir_id from hfj_resource r where r.res_type = ? and" + UNLINKED;

  private static final String CHANGED =
      "select r.fhir_id from (select chain from anchor_leaf where leaf_index >= ? and chain like ?"
          + " union select chain from anchor_pending where chain like ?) c join hfj_resource r on"
          + " r.fhir_id = substring(c.chain from cast(? as integer)) where r.res_type = ? and"
          + UNLINKED;

  private final JdbcTemplate jdbc;

  public SqlUnlinkedResources(JdbcTemplate jdbc) {
    this.jdbc = jdbc;
  }

  @Override
  public long logged() {
    return Objects.requireNonNull(
        jdbc.queryForObject("select tree_size from anchor_log where id = 1", Long.class));
  }

  @Override
  public Optional<Set<String>> all(String type, Collection<String> paths, int most) {
    return ids(
        ALL,
        most,
        statement -> {
          statement.setString(1, type);
          unlinked(statement, 2, paths, most);
        });
  }

  @Override
  public Optional<Set<String>> changed(
      String type, Collection<String> paths, long logged, int most) {
    String prefix = "resource:" + type + "/";
    return ids(
        CHANGED,
        most,
        statement -> {
          statement.setLong(1, logged);
          statement.setString(2, prefix + "%");
          statement.setString(3, prefix + "%");
          statement.setInt(4, prefix.length() + 1);
          statement.setString(5, type);
          unlinked(statement, 6, paths, most);
        });
  }

  private static void unlinked(
      PreparedStatement statement, int at, Collection<String> paths, int most) throws SQLException {
    Connection connection = statement.getConnection();
    statement.setArray(at, connection.createArrayOf("varchar", paths.toArray()));
    statement.setInt(at + 1, most + 1);
  }

  private Optional<Set<String>> ids(String sql, int most, PreparedStatementSetter setter) {
    List<Optional<String>> ids =
        jdbc.query(sql, setter, (row, n) -> Optional.ofNullable(row.getString(1)));
    boolean all = ids.size() <= most && ids.stream().allMatch(Optional::isPresent);
    return all
        ? Optional.of(ids.stream().flatMap(Optional::stream).collect(Collectors.toSet()))
        : Optional.empty();
  }
}
