package org.fhiranchor.server;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.filter.Filter;
import ch.qos.logback.core.spi.FilterReply;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.event.ApplicationEnvironmentPreparedEvent;
import org.springframework.context.ApplicationListener;

/**
 * Keeps out of the terminal what libraries report, which nobody at it can act on; the log file has
 * it. What this server says itself, and why a start failed, is said in both.
 */
final class TerminalLines implements ApplicationListener<ApplicationEnvironmentPreparedEvent> {
  private static final String LIBRARIES = "org.fhiranchor.interceptors.autoconfigure.LibraryLines";

  /** Called after the one of Spring Boot that opens the logs. */
  @Override
  public void onApplicationEvent(ApplicationEnvironmentPreparedEvent event) {
    if (LoggerFactory.getILoggerFactory() instanceof LoggerContext context) {
      Appender<ILoggingEvent> console =
          context.getLogger(Logger.ROOT_LOGGER_NAME).getAppender("CONSOLE");
      if (console != null) {
        keepLibrariesFrom(console);
      }
    }
  }

  static void keepLibrariesFrom(Appender<ILoggingEvent> terminal) {
    Own own = new Own();
    own.start();
    terminal.addFilter(own);
  }

  private static final class Own extends Filter<ILoggingEvent> {
    @Override
    public FilterReply decide(ILoggingEvent event) {
      String logger = event.getLoggerName();
      boolean own = logger.startsWith("org.fhiranchor.") && !logger.equals(LIBRARIES);
      boolean start = logger.startsWith("org.springframework.boot.");
      return own || start ? FilterReply.NEUTRAL : FilterReply.DENY;
    }
  }
}
