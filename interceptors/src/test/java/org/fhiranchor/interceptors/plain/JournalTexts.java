package org.fhiranchor.interceptors.plain;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import javax.sql.DataSource;
import org.fhiranchor.interceptors.disclosure.JournalContents;
import org.fhiranchor.merkle.Digest;
import org.springframework.jdbc.core.JdbcTemplate;

/** Opens what stands in a server's table of disclosures. */
public final class JournalTexts {
  private final JdbcTemplate jdbc;
  private final JournalContents contents;

  /** The journal of this server. */
  public JournalTexts(RunningServer server) {
    jdbc = new JdbcTemplate(server.bean(DataSource.class));
    contents = server.bean(JournalContents.class);
  }

  /** The contents of all records of a subject, oldest first. */
  public List<String> of(String subject) {
    return jdbc.query(
        "select subject, digest, content from disclosure where subject = ? order by disclosure_id",
        (row, n) -> text(row),
        subject);
  }

  /** The content of a row with a subject and a digest. */
  public String text(ResultSet row) throws SQLException {
    Digest subject = Digest.fromHex(row.getString("subject"));
    return contents
        .opening(List.of(subject))
        .open(subject, Digest.of(row.getBytes("digest")), row.getBytes("content"));
  }
}
