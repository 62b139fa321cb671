package org.fhiranchor.interceptors.store;

import java.util.List;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.fhiranchor.interceptors.log.recording.BinaryReferences;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;

/** {@link BinaryReferences} in the table {@code binary_reference}. */
public final class SqlBinaryReferences implements BinaryReferences {
  private static final String ADD =
      "insert into binary_reference (target, source) select cast(:target as varchar(80)),"
          + " cast(:source as varchar(160)) where not exists (select 1 from binary_reference where"
          + " target = :target and source = :source)";

  private final JdbcClient jdbc;
  private final BooleanSupplier allSeen;
  private volatile boolean complete;

  /**
   * References in this database; joins a transaction that is under way.
   *
   * @param allSeen whether what was stored before was looked through; once it was it stays so
   */
  public SqlBinaryReferences(JdbcTemplate jdbc, BooleanSupplier allSeen) {
    this.jdbc = JdbcClient.create(jdbc);
    this.allSeen = allSeen;
  }

  @Override
  public boolean isComplete() {
    if (!complete) {
      complete = allSeen.getAsBoolean();
    }
    return complete;
  }

  @Override
  public void add(String from, Set<String> binaries) {
    binaries.forEach(
        binary -> jdbc.sql(ADD).param("target", binary).param("source", from).update());
  }

  @Override
  public List<String> to(String binary) {
    return jdbc.sql(
            "select distinct source from binary_reference where target = :target order by source"
                + " limit :most")
        .param("target", binary)
        .param("most", MOST)
        .query(String.class)
        .list();
  }
}
