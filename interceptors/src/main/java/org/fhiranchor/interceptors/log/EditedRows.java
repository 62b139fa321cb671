package org.fhiranchor.interceptors.log;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What was found in the database that this server did not write so (FOL-3): for health. Each
 * finding stands for a row that counts for nothing until it fits again. All methods may be called
 * from any thread.
 */
public final class EditedRows {
  /** Findings that are named; further ones are counted as one. */
  public static final int MOST = 1_000;

  private static final Logger LOG = LoggerFactory.getLogger(EditedRows.class);

  private final Map<String, String> found = new LinkedHashMap<>();
  private boolean more;

  /**
   * What a look at something found.
   *
   * @param about what was looked at, such as {@code "Consent/7"}
   * @param what what is wrong with it; empty when all of it fits
   */
  public synchronized void looked(String about, Optional<String> what) {
    if (what.isEmpty()) {
      found.remove(about);
    } else if (found.containsKey(about) || found.size() < MOST) {
      say(found.put(about, what.get()) == null);
    } else {
      more = true;
    }
  }

  /** Ids and patients stay out of the log. */
  private void say(boolean isNew) {
    if (isNew) {
      LOG.warn("rows were edited in the database, health names them rows={}", found.size());
    }
  }

  /** Each finding, with what it is about; the oldest first, and at most {@link #MOST}. */
  public synchronized List<String> named() {
    return found.entrySet().stream().map(one -> one.getKey() + ": " + one.getValue()).toList();
  }

  /** Whether there were more than {@link #named} names. */
  public synchronized boolean areMore() {
    return more;
  }
}
