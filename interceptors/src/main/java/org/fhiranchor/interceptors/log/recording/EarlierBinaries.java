package org.fhiranchor.interceptors.log.recording;

import java.time.Duration;
import java.time.InstantSource;
import java.util.Set;
import java.util.function.Function;
import org.fhiranchor.interceptors.log.recording.EarlierVersions.Page;
import org.fhiranchor.interceptors.log.recording.EarlierVersions.Version;
import org.fhiranchor.interceptors.tasks.RepeatedTask;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks once through what was stored before references to Binaries were noted (OWN-2), in the
 * background, and goes on where an earlier start ended. Until it is done nobody can say whose a
 * Binary is that has no security context ({@link BinaryReferences#isComplete}).
 */
public final class EarlierBinaries {
  /** How many versions are looked at before the place is noted. */
  static final int PAGE = 1_000;

  private static final Logger LOG = LoggerFactory.getLogger(EarlierBinaries.class);
  private static final Duration AFTER_FAILURE = Duration.ofSeconds(5);
  private static final Duration STOP_LIMIT = Duration.ofSeconds(5);
  private static final Duration DONE = Duration.ofDays(1);

  private final EarlierVersions versions;
  private final BinaryReferences references;
  private final Function<Version, Set<String>> binaries;
  private final RepeatedTask task;

  /**
   * A look that was not begun.
   *
   * @param binaries normalised references to Binaries that a version holds, more rather than less
   */
  public EarlierBinaries(
      EarlierVersions versions,
      BinaryReferences references,
      Function<Version, Set<String>> binaries,
      InstantSource clock) {
    this.versions = versions;
    this.references = references;
    this.binaries = binaries;
    task =
        new RepeatedTask(
            new RepeatedTask.Terms("anchor-earlier-binaries", AFTER_FAILURE, STOP_LIMIT),
            this::run,
            clock);
  }

  /** The first page at once, so that a new server is done before a port opens; then behind it. */
  public void start() {
    if (versions.isDone() || page()) {
      return;
    }
    LOG.warn(
        "versions of before are looked through for the Binaries that they refer to; until then a"
            + " Binary without a security context is shown to nobody");
    task.start();
  }

  /** Lets the page on its way end; the next start goes on after it. */
  public void stop() throws InterruptedException {
    task.stop();
  }

  private Duration run() {
    return versions.isDone() || page() ? DONE : Duration.ZERO;
  }

  /** Dying before the place is noted repeats the page, which adds no row a second time. */
  private boolean page() {
    Page page = versions.next(PAGE);
    for (Version version : page.versions()) {
      Set<String> found = binaries.apply(version);
      if (!found.isEmpty()) {
        references.add(version.id().getResourceType() + "/" + version.id().getIdPart(), found);
      }
    }
    versions.seen(page);
    if (page.end()) {
      LOG.info("all versions were looked through for the Binaries that they refer to");
    }
    return page.end();
  }
}
