package org.fhiranchor.interceptors.gate.search;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Knows the few resources of a type that lead to no patient. The first look at a type reads all of
 * it, in the background; from then on each look reads what the log has had since.
 */
public final class ResourcesWithoutPatient {
  /** With more of them, a type is not worth narrowing. */
  static final int MOST = 200;

  private static final Logger LOG = LoggerFactory.getLogger(ResourcesWithoutPatient.class);

  private final UnlinkedResources stored;
  private final Executor background;
  private final ConcurrentHashMap<Kind, CompletableFuture<Known>> known = new ConcurrentHashMap<>();

  /** A type, and the elements of it whose references count. */
  private record Kind(String type, List<String> paths) {}

  public ResourcesWithoutPatient(UnlinkedResources stored, Executor background) {
    this.stored = stored;
    this.background = background;
  }

  /** Ids of all that there are by now; empty when that is not known, or they are too many. */
  Optional<Set<String>> of(String type, List<String> paths) {
    Kind kind = new Kind(type, paths);
    CompletableFuture<Known> first =
        known.computeIfAbsent(
            kind, key -> CompletableFuture.supplyAsync(() -> read(key), background));
    if (first.isCompletedExceptionally()) {
      known.remove(kind, first);
    }
    return first.isDone() && !first.isCompletedExceptionally()
        ? first.join().now(stored)
        : Optional.empty();
  }

  private Known read(Kind kind) {
    try {
      long logged = stored.logged();
      return new Known(kind, logged, stored.all(kind.type(), kind.paths(), MOST));
    } catch (RuntimeException failed) {
      LOG.warn("searches are not narrowed to patients for now type={}", kind.type(), failed);
      throw failed;
    }
  }

  /** What is known of one type; only ever grows. */
  private static final class Known {
    private final Kind kind;
    private final Set<String> ids = new HashSet<>();
    private long logged;
    private boolean tooMany;

    Known(Kind kind, long logged, Optional<Set<String>> first) {
      this.kind = kind;
      this.logged = logged;
      add(first);
    }

    Optional<Set<String>> now(UnlinkedResources stored) {
      long from = from();
      if (from < 0) {
        return Optional.empty();
      }
      long until = stored.logged();
      return grow(stored.changed(kind.type(), kind.paths(), from, MOST), until);
    }

    private synchronized long from() {
      return tooMany ? -1 : logged;
    }

    private synchronized Optional<Set<String>> grow(Optional<Set<String>> more, long until) {
      add(more);
      logged = Math.max(logged, until);
      return tooMany ? Optional.empty() : Optional.of(Set.copyOf(ids));
    }

    private void add(Optional<Set<String>> more) {
      more.ifPresent(ids::addAll);
      tooMany = tooMany || more.isEmpty() || ids.size() > MOST;
    }
  }
}
