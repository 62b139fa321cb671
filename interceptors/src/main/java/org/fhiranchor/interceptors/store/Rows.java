package org.fhiranchor.interceptors.store;

import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;
import org.fhiranchor.interceptors.log.CorruptLogException;
import org.fhiranchor.interceptors.log.LogState;
import org.fhiranchor.interceptors.log.SequencedLeaf;
import org.fhiranchor.merkle.CanonicalFormException;
import org.fhiranchor.merkle.Digest;
import org.fhiranchor.merkle.LeafIndex;
import org.fhiranchor.merkle.ResourceKey;
import org.fhiranchor.merkle.Salt;
import org.fhiranchor.merkle.Statement;
import org.fhiranchor.merkle.TreeSize;
import org.jspecify.annotations.Nullable;

/** Rows to values. */
final class Rows {
  static final String STATE =
      "select origin, verifier_key, tree_size, root, anchored_size, anchored_root from anchor_log"
          + " where id = 1";

  private Rows() {}

  static LogState state(ResultSet row) throws SQLException {
    return new LogState(
        row.getString("origin"),
        row.getString("verifier_key"),
        new TreeSize(row.getLong("tree_size")),
        Digest.of(row.getBytes("root")),
        new TreeSize(row.getLong("anchored_size")),
        Optional.ofNullable(row.getBytes("anchored_root")).map(Digest::of));
  }

  static SequencedLeaf leaf(ResultSet row) throws SQLException {
    long index = row.getLong("leaf_index");
    return new SequencedLeaf(
        new LeafIndex(index),
        statement(row.getBytes("statement"), "leaf " + index),
        Salt.of(row.getBytes("salt")),
        Digest.of(row.getBytes("commitment")),
        record(row));
  }

  static String record(ResultSet row) throws SQLException {
    byte[] record = row.getBytes("record");
    return record == null ? "" : new String(record, StandardCharsets.UTF_8);
  }

  /** A statement that we wrote ourselves: one that does not parse was changed in the database. */
  static Statement statement(byte[] json, String where) {
    try {
      return Statement.parse(json);
    } catch (CanonicalFormException | IllegalArgumentException e) {
      throw new CorruptLogException(where + ": the stored statement is not one", e);
    }
  }

  static @Nullable String versionOf(Statement statement) {
    if (statement instanceof Statement.ResourceVersion version) {
      return version.version();
    }
    return null;
  }

  static String kindOf(Statement statement) {
    return statement.getClass().getSimpleName();
  }

  static String chain(ResourceKey resource) {
    return "resource:" + resource;
  }
}
