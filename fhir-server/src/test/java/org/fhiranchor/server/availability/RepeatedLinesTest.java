package org.fhiranchor.server.availability;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

final class RepeatedLinesTest {
  private final LoggerContext context = new LoggerContext();
  private final Logger library = context.getLogger("com.example.Library");
  private final ListAppender<ILoggingEvent> written = new ListAppender<>();
  private Instant now = Instant.parse("2026-11-28T22:00:00Z");

  @BeforeEach
  void listen() {
    RepeatedLines lines = new RepeatedLines(() -> now);
    lines.start();
    context.addTurboFilter(lines);
    written.start();
    context.getLogger("ROOT").addAppender(written);
  }

  private List<String> lines() {
    return written.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
  }

  @Test
  @DisplayName(
      "OPS-1 a failure that goes on is one line a minute, with the number of those left out")
  void oneLineAMinute() {
    for (int n = 0; n < 180_000; n++) {
      library.error("Request {} failed", n, new SQLException("closed"));
      now = now.plus(Duration.ofMillis(1));
    }

    assertThat(lines())
        .containsExactly(
            "Request 0 failed",
            "Request 60000 failed (and 59999 more)",
            "Request 120000 failed (and 59999 more)");
    assertThat(written.list).allSatisfy(line -> assertThat(line.getThrowableProxy()).isNotNull());
  }

  @Test
  @DisplayName("OPS-1 other words, another exception, another logger and another level are others")
  void tellsKindsApart() {
    library.warn("one");
    library.warn("two");
    library.error("two");
    library.error("two", new SQLException("a"));
    library.error("two", new IllegalStateException("a", new SQLException("b")));
    context.getLogger("com.example.Other").warn("one");

    assertThat(lines()).hasSize(6);
  }

  @Test
  @DisplayName("OPS-1 what is no warning is left alone, and asking for a level counts nothing")
  void leavesTheRestAlone() {
    for (int n = 0; n < 3; n++) {
      library.info("same");
      assertThat(library.isErrorEnabled()).isTrue();
    }

    assertThat(lines()).hasSize(3);
  }

  @Test
  @DisplayName("OPS-1 ever new words of one logger end up as one kind")
  void boundsTheKinds() {
    for (int n = 0; n < 10 * RepeatedLines.MOST_KINDS; n++) {
      library.warn("failed for " + "x".repeat(n % 100) + "y".repeat(n / 100));
    }

    assertThat(lines()).hasSize(RepeatedLines.MOST_KINDS + 1);
  }
}
