package org.fhiranchor.server;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.PatternLayout;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.core.io.ClassPathResource;

/** What whoever starts the server sees. */
final class TerminalLinesTest {
  private final LoggerContext context = new LoggerContext();
  private final ListAppender<ILoggingEvent> terminal = new ListAppender<>();

  TerminalLinesTest() {
    terminal.start();
    TerminalLines.keepLibrariesFrom(terminal);
    context.getLogger(Logger.ROOT_LOGGER_NAME).addAppender(terminal);
  }

  @Test
  @DisplayName("OPS-1 the terminal has what this server says, and nothing of libraries")
  void ownLines() {
    for (String library :
        List.of(
            "org.flywaydb.core.internal.database.base.Database",
            "org.springframework.context.support.PostProcessorRegistrationDelegate",
            "ca.uhn.fhir.rest.server.RestfulServer",
            "org.fhiranchor.interceptors.autoconfigure.LibraryLines")) {
      context.getLogger(library).error("of a library");
    }
    context.getLogger("org.fhiranchor.server.DatabaseWatch").warn("database away");
    context.getLogger("org.springframework.boot.SpringApplication").error("why a start failed");

    assertThat(terminal.list)
        .extracting(ILoggingEvent::getMessage)
        .containsExactly("database away", "why a start failed");
  }

  @Test
  @DisplayName("OPS-1 an exception is one line for each cause there, without its stack")
  void noStacks() throws IOException {
    Object pattern =
        new YamlPropertySourceLoader()
            .load("server", new ClassPathResource("application.yaml"))
            .get(0)
            .getProperty("logging.pattern.console");
    PatternLayout layout = new PatternLayout();
    layout.setContext(context);
    layout.setPattern(String.valueOf(pattern));
    layout.start();

    context
        .getLogger("org.fhiranchor.x")
        .warn("away", new IllegalStateException("no answer", new IOException("refused")));

    assertThat(layout.doLayout(terminal.list.get(0)).lines())
        .hasSize(3)
        .anyMatch(line -> line.contains("IllegalStateException: no answer"))
        .anyMatch(line -> line.contains("IOException: refused"));
  }
}
