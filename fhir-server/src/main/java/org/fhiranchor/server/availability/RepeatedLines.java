package org.fhiranchor.server.availability;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.LoggerContextListener;
import ch.qos.logback.classic.turbo.TurboFilter;
import ch.qos.logback.core.spi.FilterReply;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;
import org.slf4j.Marker;
import org.slf4j.helpers.MessageFormatter;

/**
 * Lets a warning or an error that goes on into the log once a minute, whoever says it. Two lines
 * are the same when logger, level, exception and words are, numbers apart. What was left out is
 * counted, and the count stands on the next line of its kind.
 */
public final class RepeatedLines extends TurboFilter {
  private static final Duration BETWEEN_LINES = Duration.ofMinutes(1);

  /** With more kinds in one minute, all further lines of a logger are one kind. */
  static final int MOST_KINDS = 200;

  private static final int MOST_WORDS = 200;
  private static final int MOST_CAUSES = 20;
  private static final Pattern NUMBER = Pattern.compile("[0-9a-fA-F-]*[0-9][0-9a-fA-F-]*");

  /** Whether this thread writes a line with a count just now, which is not to be counted again. */
  private static final ThreadLocal<Boolean> SPEAKING = ThreadLocal.withInitial(() -> false);

  private final InstantSource clock;
  private final Map<String, Kind> kinds = new HashMap<>();

  RepeatedLines(InstantSource clock) {
    this.clock = clock;
  }

  /** One kind of line, since it was last written. */
  private static final class Kind {
    private final Instant written;
    private int leftOut;

    Kind(Instant written) {
      this.written = written;
    }

    boolean isOver(Instant now) {
      return !now.isBefore(written.plus(BETWEEN_LINES));
    }
  }

  /** Puts one into this JVM's logging, for good: a new configuration keeps it. */
  public static void install() {
    if (LoggerFactory.getILoggerFactory() instanceof LoggerContext context
        && context.getTurboFilterList().stream().noneMatch(RepeatedLines.class::isInstance)) {
      RepeatedLines lines = new RepeatedLines(InstantSource.system());
      lines.start();
      context.addTurboFilter(lines);
      context.addListener(new AfterReset(lines));
    }
  }

  /** Moves it behind filters that came later, and may say a line in other words. */
  static void moveToTheEnd() {
    if (LoggerFactory.getILoggerFactory() instanceof LoggerContext context) {
      for (TurboFilter filter : context.getTurboFilterList().toArray(new TurboFilter[0])) {
        if (filter instanceof RepeatedLines) {
          context.getTurboFilterList().remove(filter);
          context.addTurboFilter(filter);
        }
      }
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
        || SPEAKING.get()
        || !level.isGreaterOrEqual(Level.WARN)
        || !level.isGreaterOrEqual(logger.getEffectiveLevel())) {
      return FilterReply.NEUTRAL;
    }
    String words = String.valueOf(MessageFormatter.arrayFormat(format, values).getMessage());
    Optional<Throwable> problem = Optional.ofNullable(thrown).or(() -> lastOf(values));
    Optional<Integer> leftOut = count(logger.getName() + level, words, problem);
    if (leftOut.isEmpty()) {
      return FilterReply.DENY;
    }
    if (leftOut.get() == 0) {
      return FilterReply.NEUTRAL;
    }
    say(logger, level, words + " (and " + leftOut.get() + " more)", problem.orElse(null));
    return FilterReply.DENY;
  }

  /** How many were left out before this line; empty when this one is left out too. */
  private synchronized Optional<Integer> count(
      String source, String words, Optional<Throwable> problem) {
    Instant now = clock.instant();
    String full = source + problem.map(RepeatedLines::classes).orElse("") + shape(words);
    String key = kinds.containsKey(full) || hasRoom(now) ? full : source;
    Kind kind = kinds.get(key);
    if (kind != null && !kind.isOver(now)) {
      kind.leftOut++;
      return Optional.empty();
    }
    kinds.put(key, new Kind(now));
    return Optional.of(kind == null ? 0 : kind.leftOut);
  }

  private boolean hasRoom(Instant now) {
    if (kinds.size() >= MOST_KINDS) {
      Iterator<Kind> old = kinds.values().iterator();
      while (old.hasNext()) {
        if (old.next().isOver(now)) {
          old.remove();
        }
      }
    }
    return kinds.size() < MOST_KINDS;
  }

  private static String shape(String words) {
    String start = words.substring(0, Math.min(MOST_WORDS, words.length()));
    return NUMBER.matcher(start).replaceAll("#");
  }

  private static String classes(Throwable thrown) {
    StringBuilder classes = new StringBuilder();
    Throwable cause = thrown;
    for (int depth = 0; cause != null && depth < MOST_CAUSES; depth++) {
      classes.append(cause.getClass().getName()).append(' ');
      cause = cause.getCause();
    }
    return classes.toString();
  }

  private void say(Logger logger, Level level, String line, @Nullable Throwable problem) {
    SPEAKING.set(true);
    try {
      if (level.isGreaterOrEqual(Level.ERROR)) {
        logger.error(line, problem);
      } else {
        logger.warn(line, problem);
      }
    } finally {
      SPEAKING.remove();
    }
  }

  private static Optional<Throwable> lastOf(Object @Nullable [] values) {
    return values != null
            && values.length > 0
            && values[values.length - 1] instanceof Throwable thrown
        ? Optional.of(thrown)
        : Optional.empty();
  }

  private record AfterReset(RepeatedLines lines) implements LoggerContextListener {
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
