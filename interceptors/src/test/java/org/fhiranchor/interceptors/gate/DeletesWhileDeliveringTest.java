package org.fhiranchor.interceptors.gate;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.http.HttpResponse;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.concurrent.CompletableFuture;
import javax.sql.DataSource;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.JdbcTemplate;

/** A delete of what HAPI hands on to subscriptions at that moment is no conflict. */
final class DeletesWhileDeliveringTest {
  private static final String HANDED_ON =
      "delete from hfj_resource_modified where res_id = ? and res_ver = '1'";
  private static final String BLOCKED =
      "select count(*) from information_schema.sessions where blocker_id is not null";

  private final GatedServer server = GatedServer.shared();
  private final String loader = server.tokens().loader();

  @Test
  @DisplayName("W-1 a delete waits for the delivery of the version before it")
  void waits() throws SQLException {
    DataSource data = server.server().bean(DataSource.class);
    JdbcTemplate jdbc = new JdbcTemplate(data);
    try (Connection delivering = data.getConnection()) {
      delivering.setAutoCommit(false);
      String written = handedOn(delivering);
      CompletableFuture<HttpResponse<String>> deleted =
          CompletableFuture.supplyAsync(() -> server.ask(loader, "DELETE", written, ""));
      await()
          .atMost(60, SECONDS)
          .until(() -> deleted.isDone() || jdbc.queryForObject(BLOCKED, Long.class) > 0);
      assertThat(deleted).as("it waits").isNotDone();
      delivering.commit();
      delivering.setAutoCommit(true);
      HttpResponse<String> answer = deleted.join();
      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    }
  }

  /** A resource whose row this connection has removed, and not committed, as HAPI's thread does. */
  private String handedOn(Connection delivering) throws SQLException {
    for (int tries = 0; tries < 20; tries++) {
      String id = "handed-on-" + tries;
      server.load("Basic/" + id, "{\"resourceType\":\"Basic\",\"id\":\"" + id + "\"}");
      try (PreparedStatement handOn = delivering.prepareStatement(HANDED_ON)) {
        handOn.setString(1, id);
        if (handOn.executeUpdate() == 1) {
          return "Basic/" + id;
        }
      }
    }
    throw new AssertionError("HAPI has handed on each of them already");
  }
}
