package org.fhiranchor.interceptors.store;

import java.util.List;
import org.fhiranchor.interceptors.start.StartRefusedException;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.JdbcTemplate;

/** Which keys the journal of a database was written with, so that no other ones are used. */
public final class SqlJournalKeys {
  private static final int TAGS = 1;
  private static final int CONTENTS = 2;

  private final JdbcTemplate jdbc;

  /** Those of that database. */
  public SqlJournalKeys(JdbcTemplate jdbc) {
    this.jdbc = jdbc;
  }

  /** Whether a key for tags was ever used with this database. */
  public boolean hasKey() {
    return !noted(TAGS).isEmpty();
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

  /**
   * The same of the database that holds the keys of the contents.
   *
   * @throws StartRefusedException when it is another one
   */
  public void openContentKeys(String name) {
    if (!isNoted(CONTENTS, name)) {
      throw new StartRefusedException(
          "anchor.erasure.keys.url: want the database whose keys this journal's contents were"
              + " closed with, got another one: all nodes share one, and after a loss its newest"
              + " backup is restored (docs/operate/officers.md)");
    }
  }

  private boolean isNoted(int id, String value) {
    if (noted(id).isEmpty()) {
      try {
        jdbc.update("insert into disclosure_key (id, fingerprint) values (?, ?)", id, value);
      } catch (DuplicateKeyException another) {
        // Another node started at the same instant and was first; it is compared with that.
        return noted(id).equals(List.of(value));
      }
    }
    return noted(id).equals(List.of(value));
  }

  private List<String> noted(int id) {
    return jdbc.queryForList(
        "select fingerprint from disclosure_key where id = ?", String.class, id);
  }
}
