package org.fhiranchor.interceptors.gate;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.LoggerFactory;

/**
 * Counts the statements that Hibernate sends for one thing: those of some threads alone, for HAPI's
 * jobs and deliveries send theirs meanwhile.
 */
final class CountedStatements {
  private static final Logger SQL = (Logger) LoggerFactory.getLogger("org.hibernate.SQL");
  private static final String REQUESTS = "qtp";

  private CountedStatements() {}

  /** How many Jetty's threads send, which answer requests. */
  static long ofRequests(Runnable asked) {
    return of(REQUESTS, asked);
  }

  /** How many this thread sends. */
  static long ofThisThread(Runnable asked) {
    return of(Thread.currentThread().getName(), asked);
  }

  private static long of(String threads, Runnable asked) {
    AtomicLong sent = new AtomicLong();
    AppenderBase<ILoggingEvent> counter =
        new AppenderBase<>() {
          @Override
          protected void append(ILoggingEvent event) {
            if (event.getThreadName().startsWith(threads)) {
              sent.incrementAndGet();
            }
          }
        };
    counter.start();
    SQL.setAdditive(false);
    SQL.addAppender(counter);
    SQL.setLevel(Level.DEBUG);
    try {
      asked.run();
    } finally {
      SQL.setLevel(null);
      SQL.detachAppender(counter);
      SQL.setAdditive(true);
    }
    return sent.get();
  }
}
