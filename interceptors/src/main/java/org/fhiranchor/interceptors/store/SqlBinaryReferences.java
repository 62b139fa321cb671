package org.fhiranchor.interceptors.store;

import java.util.List;
import java.util.Set;
import org.fhiranchor.interceptors.log.recording.BinaryReferences;
import org.springframework.jdbc.core.JdbcTemplate;

/** {@link BinaryReferences} in the table {@code binary_reference}. */
public final class SqlBinaryReferences implements BinaryReferences {
  private static final String ADD =
      "insert into binary_reference (target, source) select cast(? as varchar(80)), cast(? as"
          + " varchar(160)) where not exists (select 1 from binary_reference where target = ? and"
          + " source = ?)";

  private final JdbcTemplate jdbc;

  /** References in this database; joins a transaction that is under way. */
  public SqlBinaryReferences(JdbcTemplate jdbc) {
    this.jdbc = jdbc;
  }

  @Override
  public void add(String from, Set<String> binaries) {
    binaries.forEach(binary -> jdbc.update(ADD, binary, from, binary, from));
  }

  @Override
  public List<String> to(String binary) {
    return jdbc.queryForList(
        "select distinct source from binary_reference where target = ? order by source limit ?",
        String.class,
        binary,
        MOST);
  }
}
