package org.fhiranchor.interceptors.autoconfigure;

import ca.uhn.fhir.rest.server.exceptions.BaseServerResponseException;
import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.LoggerContextListener;
import ch.qos.logback.classic.turbo.TurboFilter;
import ch.qos.logback.core.spi.FilterReply;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;
import org.slf4j.Marker;
import org.slf4j.helpers.MessageFormatter;

/**
 * Keeps resources, ids and queries out of the log (ANS-3). HAPI, Hibernate and the drivers put what
 * a request brought into their messages, and into those of their exceptions. Of such a line this
 * lets through where it comes from: the logger, the classes of the exceptions and where they were
 * thrown. What libraries say at INFO is left out, unless it is about the server itself. Levels
 * below INFO are not touched: an operator who asks for them gets them.
 */
final class LibraryLines extends TurboFilter {
  private static final String OURS = "org.fhiranchor.";

  /** Says that a port is open, that the start failed and why. */
  private static final String ABOUT_THE_SERVER = "org.springframework.boot.";

  /** They report what is thrown on, to the client or to whoever reports it again. */
  private static final Set<String> SAID_ELSEWHERE =
      Set.of(
          "ca.uhn.fhir.interceptor.executor.BaseInterceptorService",
          "org.hibernate.engine.jdbc.spi.SqlExceptionHelper");

  private static final String ANSWERED =
      "ca.uhn.fhir.rest.server.interceptor.ExceptionHandlingInterceptor";

  private static final org.slf4j.Logger LOG = LoggerFactory.getLogger(LibraryLines.class);

  private final Set<String> applications;

  /**
   * A filter that is not in use yet.
   *
   * @param applications main classes, whose lines are about the server itself
   */
  LibraryLines(Set<String> applications) {
    this.applications = Set.copyOf(applications);
  }

  /** Puts the filter into this JVM's logging, for good. */
  void install() {
    if (LoggerFactory.getILoggerFactory() instanceof LoggerContext context) {
      start();
      context.addTurboFilter(this);
      context.addListener(new AfterReset(this));
    } else {
      LOG.warn("libraries may log what requests bring: want Logback, to hold it back");
    }
  }

  @Override
  public FilterReply decide(
      @Nullable Marker marker,
      Logger logger,
      Level level,
      @Nullable String format,
      Object @Nullable [] values,
      @Nullable Throwable thrown) {
    boolean asksOnly = format == null && values == null && thrown == null;
    if (asksOnly
        || !level.isGreaterOrEqual(Level.INFO)
        || !level.isGreaterOrEqual(logger.getEffectiveLevel())
        || applications.contains(logger.getName())
        || logger.getName().startsWith(ABOUT_THE_SERVER)) {
      return FilterReply.NEUTRAL;
    }
    Optional<Throwable> problem = Optional.ofNullable(thrown).or(() -> lastOf(values));
    return logger.getName().startsWith(OURS)
        ? ours(logger, level, MessageFormatter.arrayFormat(format, values).getMessage(), problem)
        : theirs(logger, level, problem);
  }

  /** Our own words stay; what a library's exception says does not. */
  private static FilterReply ours(
      Logger logger, Level level, String words, Optional<Throwable> problem) {
    if (problem.isEmpty()) {
      return FilterReply.NEUTRAL;
    }
    String line = words + " " + ThrownLine.of(problem.get());
    say(logger, level, line);
    return FilterReply.DENY;
  }

  private static FilterReply theirs(Logger logger, Level level, Optional<Throwable> problem) {
    boolean worthALine =
        level.isGreaterOrEqual(Level.WARN)
            && !SAID_ELSEWHERE.contains(logger.getName())
            && !(logger.getName().equals(ANSWERED) && isTheClients(problem));
    if (worthALine) {
      String what = problem.map(thrown -> " " + ThrownLine.of(thrown)).orElse("");
      say(LOG, level, "library reported logger=" + logger.getName() + what);
    }
    return FilterReply.DENY;
  }

  private static void say(org.slf4j.Logger to, Level level, String line) {
    if (level.isGreaterOrEqual(Level.ERROR)) {
      to.error("{}", line);
    } else if (level.isGreaterOrEqual(Level.WARN)) {
      to.warn("{}", line);
    } else {
      to.info("{}", line);
    }
  }

  private static boolean isTheClients(Optional<Throwable> problem) {
    return problem
        .map(it -> it instanceof BaseServerResponseException said && said.getStatusCode() < 500)
        .orElse(true);
  }

  private static Optional<Throwable> lastOf(Object @Nullable [] values) {
    return values != null
            && values.length > 0
            && values[values.length - 1] instanceof Throwable thrown
        ? Optional.of(thrown)
        : Optional.empty();
  }

  /** Whoever reads the configuration of Logback again removes every filter first. */
  private record AfterReset(LibraryLines lines) implements LoggerContextListener {
    @Override
    public boolean isResetResistant() {
      return true;
    }

    @Override
    public void onReset(LoggerContext context) {
      context.addTurboFilter(lines);
    }

    @Override
    public void onStart(LoggerContext context) {}

    @Override
    public void onStop(LoggerContext context) {}

    @Override
    public void onLevelChange(Logger logger, Level level) {}
  }
}
