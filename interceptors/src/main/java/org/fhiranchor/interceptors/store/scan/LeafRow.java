package org.fhiranchor.interceptors.store.scan;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.fhiranchor.merkle.CanonicalFormException;
import org.fhiranchor.merkle.CanonicalJson;
import org.fhiranchor.merkle.Commitment;
import org.fhiranchor.merkle.Digest;
import org.fhiranchor.merkle.JsonValue;
import org.fhiranchor.merkle.Salt;
import org.fhiranchor.merkle.Statement;
import org.fhiranchor.merkle.TreeHash;
import org.jspecify.annotations.Nullable;

/**
 * A row of {@code anchor_leaf} as it stands there, whatever stands there.
 *
 * @param record the who/why record, or that of an event
 * @param whole whether no column is empty that this server always fills
 */
@SuppressWarnings("ArrayRecordComponent")
record LeafRow(
    long index,
    @Nullable String chain,
    @Nullable String versionId,
    @Nullable String kind,
    byte[] statement,
    byte[] salt,
    byte[] commitment,
    byte[] record,
    boolean whole) {
  static final String COLUMNS =
      "leaf_index, chain, version_id, kind, statement, salt, commitment, record";

  private static final String ERASED = "Erased";
  private static final int MOST_BYTES = 1 << 16;
  private static final int MOST_DEPTH = 8;

  static LeafRow of(ResultSet row) throws SQLException {
    return new LeafRow(
        row.getLong("leaf_index"),
        row.getString("chain"),
        row.getString("version_id"),
        row.getString("kind"),
        bytes(row, "statement"),
        bytes(row, "salt"),
        bytes(row, "commitment"),
        bytes(row, "record"),
        row.getBytes("record") != null);
  }

  static byte[] bytes(ResultSet row, String column) throws SQLException {
    byte[] found = row.getBytes(column);
    return found == null ? new byte[0] : found;
  }

  /**
   * A row that was compared with itself.
   *
   * @param hashes of the leaf: one when the row agrees with itself, else the candidates
   * @param wrong what does not fit
   */
  record Checked(
      LeafRow row, Optional<Statement> statement, List<Digest> hashes, List<String> wrong) {
    boolean agrees() {
      return hashes.size() == 1;
    }
  }

  /** Whether the row claims to be erased; whether it may be, {@link ErasureScan} decides. */
  boolean isErased() {
    return ERASED.equals(kind);
  }

  /** Of an erased leaf nothing is left but its commitment, which the tree vouches for. */
  private Checked checkErased() {
    boolean empty =
        statement.length == 0
            && salt.length == 0
            && record.length == 0
            && versionId == null
            && "erased".equals(chain);
    List<String> wrong = empty ? List.of() : List.of("it is erased, and not empty");
    Digest hash = digest(commitment).map(LeafRow::leafHash).orElse(TreeHash.EMPTY);
    return new Checked(this, Optional.empty(), List.of(hash), wrong);
  }

  Checked check() {
    if (isErased()) {
      return checkErased();
    }
    List<String> wrong = new ArrayList<>(0);
    List<Digest> hashes = new ArrayList<>(2);
    Optional<Statement> statement = parsed(wrong);
    Optional<Digest> stored = digest(commitment);
    Optional<Digest> made =
        salt.length == Salt.LENGTH && (statement.isPresent() || isOfAnotherKind())
            ? Optional.of(Commitment.of(Salt.of(salt), canonical(statement)))
            : Optional.empty();
    stored.map(LeafRow::leafHash).ifPresent(hashes::add);
    if (made.isEmpty() || !made.equals(stored)) {
      wrong.add("its statement, salt and commitment do not belong together");
      made.map(LeafRow::leafHash).ifPresent(hashes::add);
      hashes.add(TreeHash.EMPTY);
    }
    statement.ifPresent(stated -> compare(stated, wrong));
    return new Checked(this, statement, hashes, wrong);
  }

  private Optional<Statement> parsed(List<String> wrong) {
    try {
      Statement stated = Statement.parse(statement);
      if (!Arrays.equals(stated.canonicalBytes(), statement)) {
        wrong.add("its statement is spelled otherwise than it was written");
      }
      return Optional.of(stated);
    } catch (CanonicalFormException | IllegalArgumentException unreadable) {
      if (!isOfAnotherKind()) {
        wrong.add("its statement cannot be read");
      }
      return Optional.empty();
    }
  }

  private byte[] canonical(Optional<Statement> stated) {
    return stated.map(Statement::canonicalBytes).orElse(statement);
  }

  /**
   * Whether a later version may have written it. Its commitment and its place in the tree vouch for
   * its bytes, since nobody finds other bytes that fit; its other columns are not compared.
   */
  private boolean isOfAnotherKind() {
    try {
      return Arrays.equals(CanonicalJson.of(statement), statement)
          && JsonValue.parse(statement, MOST_BYTES, MOST_DEPTH) instanceof JsonValue.Obj stated
          && stated.members().get("kind") instanceof JsonValue.Str;
    } catch (CanonicalFormException | IllegalArgumentException unreadable) {
      return false;
    }
  }

  private void compare(Statement stated, List<String> wrong) {
    if (!stated.chain().equals(chain)) {
      wrong.add("its chain column is not the statement's");
    }
    if (!Objects.equals(versionId, versionOf(stated))) {
      wrong.add("its version_id column is not the statement's");
    }
    if (!stated.getClass().getSimpleName().equals(kind)) {
      wrong.add("its kind column is not the statement's");
    }
    boolean fits =
        recordOf(stated).map(want -> want.equals(Digest.sha256(record))).orElse(record.length == 0);
    if (!fits || !whole) {
      wrong.add("its record is not the statement's");
    }
  }

  static @Nullable String versionOf(Statement stated) {
    return stated instanceof Statement.ResourceVersion version ? version.version() : null;
  }

  /** What the row's own record is compared with: that of a disclosure is kept in the journal. */
  static Optional<Digest> recordOf(Statement stated) {
    return stated instanceof Statement.Disclosure ? Optional.empty() : stated.recordDigest();
  }

  String recordText() {
    return new String(record, UTF_8);
  }

  private static Digest leafHash(Digest commitment) {
    return TreeHash.leaf(Commitment.entry(commitment));
  }

  private static Optional<Digest> digest(byte[] bytes) {
    return bytes.length == Digest.LENGTH ? Optional.of(Digest.of(bytes)) : Optional.empty();
  }
}
