package org.fhiranchor.interceptors.store;

import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;
import java.util.function.Function;
import org.fhiranchor.interceptors.log.CorruptLogException;
import org.fhiranchor.interceptors.log.LogState;
import org.fhiranchor.interceptors.log.SequencedLeaf;
import org.fhiranchor.merkle.CanonicalFormException;
import org.fhiranchor.merkle.Digest;
import org.fhiranchor.merkle.LeafIndex;
import org.fhiranchor.merkle.ProofFormatException;
import org.fhiranchor.merkle.ResourceKey;
import org.fhiranchor.merkle.Salt;
import org.fhiranchor.merkle.SignedCheckpoint;
import org.fhiranchor.merkle.Statement;
import org.fhiranchor.merkle.TreeSize;
import org.jspecify.annotations.Nullable;

/** Rows to values. */
final class Rows {
  static final String STATE =
      "select origin, verifier_key, tree_size, root, anchored_size, anchored_root from anchor_log"
          + " where id = 1";

  /** The kind of a leaf whose statement, salt and record were destroyed (ERA-1). */
  static final String ERASED = "Erased";

  private Rows() {}

  static LogState state(ResultSet row) throws SQLException {
    Optional<byte[]> anchoredRoot = Optional.ofNullable(row.getBytes("anchored_root"));
    return new LogState(
        row.getString("origin"),
        row.getString("verifier_key"),
        value("anchor_log, tree_size", row.getLong("tree_size"), TreeSize::new),
        value("anchor_log, root", row.getBytes("root"), Digest::of),
        value("anchor_log, anchored_size", row.getLong("anchored_size"), TreeSize::new),
        anchoredRoot.map(root -> value("anchor_log, anchored_root", root, Digest::of)));
  }

  static SequencedLeaf leaf(ResultSet row) throws SQLException {
    long index = row.getLong("leaf_index");
    String where = "leaf " + index;
    return new SequencedLeaf(
        value(where, index, LeafIndex::new),
        statement(row.getBytes("statement"), where),
        value(where + ", salt", row.getBytes("salt"), Salt::of),
        value(where + ", commitment", row.getBytes("commitment"), Digest::of),
        record(row));
  }

  static String record(ResultSet row) throws SQLException {
    byte[] record = row.getBytes("record");
    return record == null ? "" : new String(record, StandardCharsets.UTF_8);
  }

  /** A statement that we wrote ourselves: one that does not parse was changed in the database. */
  static Statement statement(byte[] json, String where) {
    return value(where + ", statement", json, Statement::parse);
  }

  static SignedCheckpoint checkpoint(ResultSet row) throws SQLException {
    return value("a stored checkpoint", row.getString("note"), SignedCheckpoint::parse);
  }

  /** Reads what we wrote ourselves: where it has another shape, it was changed in the database. */
  static <A, B> B value(String what, A stored, Function<A, B> read) {
    try {
      return read.apply(stored);
    } catch (CanonicalFormException | ProofFormatException | IllegalArgumentException wrong) {
      throw new CorruptLogException(what + ": was changed in the database", wrong);
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
