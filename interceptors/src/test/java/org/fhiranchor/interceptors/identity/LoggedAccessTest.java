package org.fhiranchor.interceptors.identity;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.Optional;
import org.fhiranchor.interceptors.identity.AccessLog.RefusedRequest;
import org.fhiranchor.interceptors.identity.token.Refusal;
import org.fhiranchor.interceptors.identity.token.Requester;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

final class LoggedAccessTest {
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();

  private String lineFor(RefusedRequest request) {
    ListAppender<ILoggingEvent> lines = new ListAppender<>();
    lines.start();
    Logger logger = (Logger) LoggerFactory.getLogger(LoggedAccess.class);
    // A server that ran in this JVM before may have set it otherwise.
    Level before = logger.getLevel();
    logger.setLevel(Level.INFO);
    logger.addAppender(lines);
    new LoggedAccess(meters).refused(request);
    logger.detachAppender(lines);
    logger.setLevel(before);
    return lines.list.get(0).getFormattedMessage();
  }

  @Test
  void countsByReasonAndNamesNoPerson() {
    Requester requester = Requesters.patient("p1", "patient/*.rs");
    String line =
        lineFor(
            new RefusedRequest(Refusal.SCOPE, Optional.of(requester), "abc", "read Observation"));
    assertThat(line)
        .isEqualTo(
            "request refused reason=SCOPE surface=read_Observation request=abc client=client");
    assertThat(line).doesNotContain("p1").doesNotContain("somebody");
    assertThat(meters.counter("anchor.access.refused", "reason", "SCOPE").count()).isEqualTo(1);
  }

  @Test
  void aRequestIdCannotFakeALine() {
    String line =
        lineFor(
            new RefusedRequest(
                Refusal.NO_TOKEN, Optional.empty(), "a\nb=c " + "x".repeat(500), "read"));
    assertThat(line).doesNotContain("\n").contains("request=a_b_c_xxx").hasSizeLessThan(200);
  }
}
