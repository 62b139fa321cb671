package org.fhiranchor.interceptors.store;

import java.util.Optional;
import java.util.function.Supplier;
import org.fhiranchor.interceptors.start.StartRefusedException;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.JdbcTemplate;

/** Which keys the journal of a database was written with, so that no other ones are used. */
public final class SqlJournalKeys {
  private static final Note TAGS = new Note("disclosure_key", "fingerprint");
  private static final Note CONTENTS = new Note("disclosure_content_keys", "name");

  private final JdbcTemplate jdbc;

  /** A table of one row. */
  private record Note(String table, String column) {}

  /** Those of that database. */
  public SqlJournalKeys(JdbcTemplate jdbc) {
    this.jdbc = jdbc;
  }

  /** Whether a key for tags was ever used with this database. */
  public boolean hasKey() {
    return noted(TAGS).isPresent();
  }

  /**
   * Notes the key of the tags at the first start, and checks at every later one that it is the
   * same.
   *
   * @throws StartRefusedException when it is another one
   */
  public void openKey(String fingerprint) {
    if (!isNoted(TAGS, fingerprint)) {
      throw new StartRefusedException(
          "anchor.disclosures.subject-key: want the key that this database's disclosures were made"
              + " with, got another one. All nodes share one key");
    }
  }

  /** The name of the keys that contents were closed with; empty where none ever was. */
  public Optional<String> contentKeys() {
    return noted(CONTENTS);
  }

  /**
   * The same of the database that holds the keys of the contents.
   *
   * @throws StartRefusedException when it is another one
   */
  public void openContentKeys(String name) {
    if (!isNoted(CONTENTS, name)) {
      throw otherContentKeys();
    }
  }

  /**
   * Compares alone: nothing is noted.
   *
   * @param name of the keys that are there; empty where there are none
   * @throws StartRefusedException when contents were closed with other ones
   */
  public void requireContentKeys(Supplier<Optional<String>> name) {
    Optional<String> noted = contentKeys();
    if (noted.isPresent() && !noted.equals(name.get())) {
      throw otherContentKeys();
    }
  }

  private static StartRefusedException otherContentKeys() {
    return new StartRefusedException(
        "anchor.erasure.keys.url: want the database whose keys this journal's contents were closed"
            + " with, got another one, or none: all nodes share one, and after a loss its newest"
            + " backup is restored (docs/operate/README.md)");
  }

  private boolean isNoted(Note note, String value) {
    if (noted(note).isEmpty()) {
      try {
        jdbc.update(
            "insert into " + note.table() + " (id, " + note.column() + ") values (1, ?)", value);
      } catch (DuplicateKeyException another) {
        // Another node started at the same instant and was first; it is compared with that.
        return noted(note).equals(Optional.of(value));
      }
    }
    return noted(note).equals(Optional.of(value));
  }

  private Optional<String> noted(Note note) {
    return jdbc
        .queryForList(
            "select " + note.column() + " from " + note.table() + " where id = 1", String.class)
        .stream()
        .findFirst();
  }
}
