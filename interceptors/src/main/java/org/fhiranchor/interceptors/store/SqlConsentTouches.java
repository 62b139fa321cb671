package org.fhiranchor.interceptors.store;

import java.util.Map;
import java.util.TreeMap;
import org.fhiranchor.consent.decide.ConsentResourceId;
import org.fhiranchor.interceptors.consent.following.Touches;
import org.springframework.jdbc.core.JdbcTemplate;

/** The table {@code consent_touch}. */
public record SqlConsentTouches(JdbcTemplate jdbc) implements Touches {
  @Override
  public void touch(ConsentResourceId consent) {
    jdbc.update("insert into consent_touch (consent_id) values (?)", consent.value());
  }

  @Override
  public long newest() {
    Long newest = jdbc.queryForObject("select max(touch_id) from consent_touch", Long.class);
    return newest == null ? 0 : newest;
  }

  @Override
  public Map<Long, ConsentResourceId> after(long number) {
    Map<Long, ConsentResourceId> touches = new TreeMap<>();
    jdbc.query(
        "select touch_id, consent_id from consent_touch where touch_id > ? order by touch_id limit"
            + " 1000",
        row -> {
          touches.put(row.getLong("touch_id"), new ConsentResourceId(row.getString("consent_id")));
        },
        number);
    return touches;
  }
}
