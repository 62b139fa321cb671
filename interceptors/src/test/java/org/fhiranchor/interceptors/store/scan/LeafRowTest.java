package org.fhiranchor.interceptors.store.scan;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import org.fhiranchor.merkle.Commitment;
import org.fhiranchor.merkle.Digest;
import org.fhiranchor.merkle.Salt;
import org.fhiranchor.merkle.TreeHash;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** EXP-6: a row of the log is held against itself. */
final class LeafRowTest {
  private static final String LATER =
      "{\"kind\":\"a-later-kind\",\"previous\":null,\"recorded\":\"2026-11-29T08:00:00.000Z\",\"v\":1}";

  private static final Salt SALT = Salt.of(new byte[Salt.LENGTH]);

  private static LeafRow.Checked checked(String statement, Digest commitment) {
    return new LeafRow(
            7,
            "a-later-chain",
            null,
            "ALaterKind",
            statement.getBytes(UTF_8),
            SALT.bytes(),
            commitment.bytes(),
            new byte[0],
            true)
        .check();
  }

  @Test
  @DisplayName("EXP-6 a leaf of a kind that a later version wrote is compared by its commitment")
  void comparesAnUnknownKindByItsCommitment() {
    Digest commitment = Commitment.of(SALT, LATER.getBytes(UTF_8));
    LeafRow.Checked leaf = checked(LATER, commitment);
    assertThat(leaf.wrong()).isEmpty();
    assertThat(leaf.statement()).isEmpty();
    assertThat(leaf.hashes()).containsExactly(TreeHash.leaf(Commitment.entry(commitment)));
  }

  @Test
  @DisplayName("EXP-6 a statement that was edited to an unknown kind does not fit its commitment")
  void findsAStatementEditedToAnUnknownKind() {
    Digest commitment = Commitment.of(SALT, LATER.replace("later", "first").getBytes(UTF_8));
    assertThat(checked(LATER, commitment).wrong())
        .containsExactly("its statement, salt and commitment do not belong together");
  }

  @Test
  @DisplayName("EXP-6 a statement that is no canonical JSON is never taken for a later kind's")
  void findsAStatementThatIsNotCanonical() {
    String spaced = LATER.replace(",", ", ");
    assertThat(checked(spaced, Commitment.of(SALT, spaced.getBytes(UTF_8))).wrong())
        .contains("its statement cannot be read");
  }
}
