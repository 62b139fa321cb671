package org.fhiranchor.interceptors.store.scan;

import java.util.concurrent.CancellationException;
import org.fhiranchor.interceptors.scan.Finding;
import org.fhiranchor.interceptors.scan.Finding.Kind;
import org.fhiranchor.interceptors.scan.ScanListener;
import org.springframework.jdbc.core.JdbcTemplate;

/** What all comparisons of one scan share: its connection, its listener, and how far it is. */
final class Scanning {
  /** Rows in one page. */
  static final int PAGE = 2_048;

  private final JdbcTemplate jdbc;
  private final ScanListener listener;
  private final long total;
  private long done;

  Scanning(JdbcTemplate jdbc, ScanListener listener) {
    this.jdbc = jdbc;
    this.listener = listener;
    total = count("select count(*) from anchor_leaf") + count("select count(*) from hfj_resource");
  }

  JdbcTemplate jdbc() {
    return jdbc;
  }

  void found(Kind kind, String place, String what) {
    listener.found(new Finding(kind, place, what));
  }

  /** Whether the two are the same; a finding where they are not. */
  void same(Kind kind, String place, String column, Object want, Object got) {
    if (!want.equals(got)) {
      found(kind, place, "%s: want %s, got %s".formatted(column, want, got));
    }
  }

  /**
   * More was looked at.
   *
   * @throws CancellationException when the scan is to end
   */
  void advance(long more) {
    done += more;
    if (!listener.goOn(done, Math.max(done, total))) {
      throw new CancellationException("the scan was cancelled");
    }
  }

  long count(String sql, Object... arguments) {
    Long found = jdbc.queryForObject(sql, Long.class, arguments);
    return found == null ? 0 : found;
  }
}
