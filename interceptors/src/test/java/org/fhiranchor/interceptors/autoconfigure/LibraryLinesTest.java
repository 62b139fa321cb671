package org.fhiranchor.interceptors.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;

import ca.uhn.fhir.rest.server.exceptions.InternalErrorException;
import ca.uhn.fhir.rest.server.exceptions.InvalidRequestException;
import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.turbo.TurboFilter;
import ch.qos.logback.core.read.ListAppender;
import ch.qos.logback.core.spi.FilterReply;
import java.util.List;
import java.util.Set;
import org.fhiranchor.interceptors.log.CorruptLogException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** ANS-3: what a library says of a request, and what is left of it in the log. */
final class LibraryLinesTest {
  private static final String ANSWERING =
      "ca.uhn.fhir.rest.server.interceptor.ExceptionHandlingInterceptor";

  private final TurboFilter filter = new LibraryLines(Set.of("org.example.Application"));
  private final ListAppender<ILoggingEvent> lines = new ListAppender<>();
  private final Logger own = (Logger) LoggerFactory.getLogger(LibraryLines.class);

  @BeforeEach
  void listen() {
    lines.start();
    own.addAppender(lines);
  }

  @AfterEach
  void stop() {
    own.detachAppender(lines);
  }

  private FilterReply decide(String logger, Level level, String text, Object... values) {
    Logger from = new LoggerContext().getLogger(logger);
    from.setLevel(Level.TRACE);
    return filter.decide(null, from, level, text, values, null);
  }

  private List<String> said() {
    return lines.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
  }

  @Test
  void ofAnErrorStaysWhereItComesFrom() {
    FilterReply reply =
        decide(
            "ca.uhn.fhir.jpa.dao.X",
            Level.ERROR,
            "Patient/canary failed",
            new InternalErrorException(new IllegalStateException("canary")));
    assertThat(reply).isEqualTo(FilterReply.DENY);
    assertThat(said())
        .singleElement()
        .asString()
        .startsWith("library reported logger=ca.uhn.fhir.jpa.dao.X exception=")
        .contains("InternalErrorException caused-by=java.lang.IllegalStateException at=")
        .contains("LibraryLinesTest")
        .doesNotContain("canary");
  }

  @Test
  void whatAClientDidWrongIsToldToTheClientAlone() {
    assertThat(decide(ANSWERING, Level.WARN, "Failure: {}", "canary")).isEqualTo(FilterReply.DENY);
    decide(ANSWERING, Level.ERROR, "Unknown error", new InvalidRequestException("canary"));
    assertThat(said()).isEmpty();
    decide(ANSWERING, Level.ERROR, "Failure", new InternalErrorException("canary"));
    assertThat(said()).hasSize(1);
  }

  @Test
  void informationOfALibraryIsLeftOut() {
    assertThat(decide("org.hibernate.X", Level.INFO, "canary")).isEqualTo(FilterReply.DENY);
    assertThat(said()).isEmpty();
  }

  @Test
  @DisplayName("what an operator turned on by hand is shown")
  void lowerLevelsAreTheOperators() {
    assertThat(decide("org.hibernate.SQL", Level.DEBUG, "x")).isEqualTo(FilterReply.NEUTRAL);
  }

  @Test
  void whatIsAboutTheServerItselfStays() {
    assertThat(decide("org.springframework.boot.web.X", Level.INFO, "port"))
        .isEqualTo(FilterReply.NEUTRAL);
    assertThat(decide("org.example.Application", Level.INFO, "Started"))
        .isEqualTo(FilterReply.NEUTRAL);
    assertThat(decide("org.fhiranchor.interceptors.X", Level.WARN, "ours"))
        .isEqualTo(FilterReply.NEUTRAL);
  }

  @Test
  void ourWordsStayAndAnExceptionOfALibraryLosesItsOwn() {
    String name = LibraryLines.class.getName();
    FilterReply reply =
        decide(
            name,
            Level.ERROR,
            "task failed name={}",
            "anchoring",
            new CorruptLogException("size went back", new IllegalStateException("canary")));
    assertThat(reply).isEqualTo(FilterReply.DENY);
  }

  @Test
  @DisplayName("exceptions of our own say what is wrong, their causes do not")
  void exceptionsOfOurOwn() {
    assertThat(ThrownLine.of(new CorruptLogException("size went back", new Exception("canary"))))
        .contains("size went back")
        .doesNotContain("canary");
  }
}
