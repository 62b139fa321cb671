package org.fhiranchor.interceptors.disclosure;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.fhiranchor.interceptors.tasks.RepeatedTask;
import org.fhiranchor.merkle.CanonicalFormException;
import org.fhiranchor.merkle.Digest;
import org.fhiranchor.merkle.JsonValue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Notes who asked beside records of before that was done (AUD-4), and takes it away where a content
 * was removed by a node that did not know of it: once after the start through all records, and
 * again whenever some are without. In batches, while the server answers: until all have it, a
 * search by person looks at each record. Several nodes may do this at the same time.
 */
public final class AskerNotes {
  private static final Logger LOG = LoggerFactory.getLogger(AskerNotes.class);

  /** A node of before may still be running beside this one. */
  private static final Duration BETWEEN = Duration.ofMinutes(10);

  /** Between two batches: whoever writes comes first. */
  private static final Duration AFTER_BATCH = Duration.ofMillis(20);

  private static final Duration AFTER_FAILURE = Duration.ofMinutes(1);
  private static final Duration STOP_LIMIT = Duration.ofSeconds(30);

  private final AskerRows rows;
  private final SubjectTags tags;
  private final int batch;
  private final RepeatedTask task;
  private long noted;
  private boolean begun;
  private long at;
  private long end;

  /**
   * A job whose thread is not started yet.
   *
   * @param batch most records that are looked at at a time
   */
  public AskerNotes(AskerRows rows, SubjectTags tags, int batch, InstantSource clock) {
    this.rows = rows;
    this.tags = tags;
    this.batch = batch;
    task =
        new RepeatedTask(
            new RepeatedTask.Terms("anchor-askers", AFTER_FAILURE, STOP_LIMIT), this::run, clock);
  }

  /** Starts the thread. */
  public void start() {
    task.start();
  }

  /** Ends the thread after the batch on its way. */
  public void stop() throws InterruptedException {
    task.stop();
  }

  /** One batch. */
  Duration run() {
    if (at == end) {
      if (begun && !rows.anyWithout()) {
        return BETWEEN;
      }
      begun = true;
      at = 0;
      end = rows.newest();
    }
    long to = Math.min(end, at + batch);
    List<AskerRows.Noted> found =
        rows.unnoted(at, to).stream()
            .map(row -> new AskerRows.Noted(row.id(), asker(row.json())))
            .toList();
    if (!found.isEmpty()) {
      rows.note(found);
    }
    noted += found.size();
    at = to;
    if (at == end && noted > 0) {
      LOG.info("who asked is noted beside older disclosures records={}", noted);
      noted = 0;
    }
    return AFTER_BATCH;
  }

  /** What it says: whether that was changed is asked when it is shown. */
  private Digest asker(String json) {
    return json.isEmpty()
        ? SubjectTags.NOBODY
        : tags.ofAsker(members(json.getBytes(StandardCharsets.UTF_8)));
  }

  private static Map<String, JsonValue> members(byte[] json) {
    try {
      return JsonValue.parse(json, 1 << 20, 8) instanceof JsonValue.Obj object
          ? object.members()
          : Map.of();
    } catch (CanonicalFormException edited) {
      return Map.of();
    }
  }
}
