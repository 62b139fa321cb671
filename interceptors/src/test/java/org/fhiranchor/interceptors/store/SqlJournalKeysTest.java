package org.fhiranchor.interceptors.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.UUID;
import org.fhiranchor.interceptors.disclosure.SubjectTags;
import org.fhiranchor.interceptors.start.StartRefusedException;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.JdbcTemplate;

/** A journal goes on with the keys that it began with, or not at all. */
final class SqlJournalKeysTest {
  @Test
  @DisplayName("DIS-3, ERA-3 another key for tags, and another database of keys, stop the start")
  void anotherKey() {
    JdbcDataSource data = memory();
    AnchorSchema.migrate(data);
    SubjectTags tags = new SubjectTags(new byte[32]);
    SqlJournalKeys keys = new SqlJournalKeys(new JdbcTemplate(data));
    assertThat(keys.hasKey()).isFalse();
    keys.openContentKeys("aa");
    assertThat(keys.hasKey()).isFalse();
    keys.openKey(tags.fingerprint());
    keys.openKey(tags.fingerprint());
    keys.openContentKeys("aa");
    assertThat(keys.hasKey()).isTrue();
    byte[] other = new byte[32];
    other[0] = 1;
    assertThatExceptionOfType(StartRefusedException.class)
        .isThrownBy(() -> keys.openKey(new SubjectTags(other).fingerprint()));
    assertThatExceptionOfType(StartRefusedException.class)
        .isThrownBy(() -> keys.openContentKeys("bb"))
        .withMessageContaining("anchor.erasure.keys.url");
    assertThat(
            new JdbcTemplate(data)
                .queryForList("select fingerprint from disclosure_key", String.class))
        .as("all that a node of the version before permits there")
        .containsExactly(tags.fingerprint());
  }

  private static JdbcDataSource memory() {
    JdbcDataSource data = new JdbcDataSource();
    data.setUrl("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1");
    return data;
  }

  @Test
  @DisplayName("DIS-9 a database without the keys of the journal is refused, and left as it is")
  void anotherDatabase() {
    JdbcDataSource data = memory();
    AnchorSchema.migrate(data);
    SqlJournalKeys keys = new SqlJournalKeys(new JdbcTemplate(data));
    JdbcDataSource foreign = memory();
    SqlTombstones.Source second =
        new SqlTombstones.Source(foreign, () -> true, () -> {}, true, () -> {});
    keys.requireContentKeys(() -> SqlContentKeys.nameIn(second));
    keys.openContentKeys("aa");
    assertThatExceptionOfType(StartRefusedException.class)
        .isThrownBy(() -> keys.requireContentKeys(() -> SqlContentKeys.nameIn(second)))
        .withMessageContaining("anchor.erasure.keys.url");
    assertThat(
            new JdbcTemplate(foreign)
                .queryForList(
                    "select table_name from information_schema.tables where"
                        + " table_schema = 'PUBLIC'",
                    String.class))
        .isEmpty();
  }
}
