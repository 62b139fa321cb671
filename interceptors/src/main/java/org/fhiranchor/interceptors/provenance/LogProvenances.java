package org.fhiranchor.interceptors.provenance;

import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.rest.server.exceptions.UnclassifiedServerFailureException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.fhiranchor.interceptors.disclosure.AccessEvent;
import org.fhiranchor.interceptors.log.Anchors;
import org.fhiranchor.interceptors.log.ChainRows;
import org.fhiranchor.interceptors.log.ConfirmedLeaves;
import org.fhiranchor.interceptors.log.CorruptLogException;
import org.fhiranchor.merkle.Anchor;
import org.fhiranchor.merkle.Checkpoint;
import org.fhiranchor.merkle.Digest;
import org.fhiranchor.merkle.ResourceKey;
import org.fhiranchor.merkle.Statement;
import org.hl7.fhir.r4.model.Provenance;

/**
 * The Provenances that the log knows of, for whoever asks (PRV-1, PRV-2). Each is decided about
 * before it is written, and a row that the signed tree does not hold is never shown: who may see
 * the version is told that the log contradicts itself, everybody else sees nothing.
 */
public final class LogProvenances {
  private static final int UNAVAILABLE = 503;

  private final LoggedVersions versions;
  private final ConfirmedLeaves confirmed;
  private final Anchors anchors;
  private final TargetVisibility visibility;
  private final DerivedProvenance writing;
  private final Limits limits;

  /**
   * Everything it reads.
   *
   * @param types the resource types of this server
   * @param origin the log's name
   * @param limits how far a search walks that names no resource
   */
  public record Parts(
      ChainRows rows,
      ConfirmedLeaves confirmed,
      Anchors anchors,
      TargetVisibility visibility,
      Set<String> types,
      String origin,
      Limits limits) {}

  /**
   * Most leaves that one search looks at. The number of leaves is public; that of hidden versions
   * among them is not, and decides nothing.
   *
   * @param each of which every version is decided about
   * @param filtered of which only those of one agent are
   */
  public record Limits(int each, int filtered) {
    int of(ProvenanceCriteria criteria) {
      return criteria.agents().isEmpty() ? each : filtered;
    }
  }

  public LogProvenances(Parts parts) {
    this.versions = new LoggedVersions(parts.rows(), parts.types());
    this.confirmed = parts.confirmed();
    this.anchors = parts.anchors();
    this.visibility = parts.visibility();
    this.writing = new DerivedProvenance(parts.origin());
    this.limits = parts.limits();
  }

  /** The one with this id, if it may be seen; every other id is not the log's. */
  Optional<Provenance> read(String id, RequestDetails request) {
    return ProvenanceId.parse(id)
        .flatMap(versions::by)
        .filter(logged -> logged.id().equals(id))
        .flatMap(logged -> new Asked(request).seen(logged));
  }

  /** The versions of these resources, newest first; at most so many that may be seen. */
  List<Provenance> of(Collection<ResourceKey> resources, int most, RequestDetails request) {
    Asked asked = new Asked(request);
    List<LoggedVersion> all = new ArrayList<>(versions.of(resources));
    all.sort(Comparator.comparingLong(one -> -one.leaf().index().value()));
    List<Provenance> seen = new ArrayList<>();
    for (Iterator<LoggedVersion> it = all.iterator(); it.hasNext() && seen.size() < most; ) {
      asked.seen(it.next()).ifPresent(seen::add);
    }
    return seen;
  }

  /**
   * What a search finds.
   *
   * @param asOf when it was made; what was recorded later is on none of its pages
   */
  Found found(Optional<ProvenanceCriteria> criteria, Instant asOf, RequestDetails request) {
    long size = confirmed.head().map(head -> head.size().value()).orElse(0L);
    return new Found(
        criteria,
        criteria
            .map(meant -> versions.candidates(meant, size, limits.of(meant)))
            .orElseGet(() -> List.<LoggedVersion>of().iterator()),
        asOf,
        new Asked(request));
  }

  /** The visible ones among what a search means, as far as they were asked for. */
  static final class Found {
    private final Optional<ProvenanceCriteria> criteria;
    private final Iterator<LoggedVersion> candidates;
    private final Instant asOf;
    private final Asked asked;
    private final List<Provenance> seen = new ArrayList<>();

    private Found(
        Optional<ProvenanceCriteria> criteria,
        Iterator<LoggedVersion> candidates,
        Instant asOf,
        Asked asked) {
      this.criteria = criteria;
      this.candidates = candidates;
      this.asOf = asOf;
      this.asked = asked;
      if (criteria.filter(LoggedVersions::isBounded).isPresent()) {
        all();
      }
    }

    /** The first of them, so many where there are. */
    List<Provenance> first(int many) {
      int known = seen.size();
      while (seen.size() < many && candidates.hasNext()) {
        LoggedVersion next = candidates.next();
        if (!next.recorded().isAfter(asOf) && criteria.orElseThrow().matches(next)) {
          asked.seen(next).ifPresent(seen::add);
        }
      }
      asked.finds(seen.subList(known, seen.size()));
      return List.copyOf(seen.subList(0, Math.min(many, seen.size())));
    }

    List<Provenance> all() {
      return first(Integer.MAX_VALUE);
    }

    /** How many there are; empty until all were looked at. */
    Optional<Integer> size() {
      return candidates.hasNext() ? Optional.empty() : Optional.of(seen.size());
    }
  }

  /** What one request reads, each once. */
  private final class Asked {
    private final RequestDetails request;
    private final Map<ResourceKey, Map<Digest, Statement.ResourceVersion>> chains = new HashMap<>();
    private final Optional<Anchor> anchor = anchors.latest();
    private Optional<Checkpoint> head = Optional.empty();

    Asked(RequestDetails request) {
      this.request = request;
    }

    Optional<Provenance> seen(LoggedVersion logged) {
      Provenance derived = new Provenance();
      derived.setId("Provenance/" + logged.id());
      if (!visibility.shows(request, derived, logged.version())) {
        return Optional.empty();
      }
      try {
        confirmed.require(logged.row(), headOver(logged));
        writing.write(
            derived,
            logged,
            logged.version().previous().map(digest -> before(logged, digest)),
            anchor.filter(one -> one.size().value() > logged.leaf().index().value()));
      } catch (CorruptLogException contradiction) {
        throw new UnclassifiedServerFailureException(
            UNAVAILABLE, "the log contradicts itself: " + contradiction.getMessage());
      }
      return Optional.of(derived);
    }

    /** An answer that counts more of them than it holds tells of all (DIS-4). */
    void finds(List<Provenance> hits) {
      if (!hits.isEmpty()) {
        AccessEvent.of(request).ifPresent(event -> event.found(request, List.copyOf(hits)));
      }
    }

    private Optional<Checkpoint> headOver(LoggedVersion logged) {
      if (head.filter(one -> one.size().value() > logged.leaf().index().value()).isEmpty()) {
        head = confirmed.head();
      }
      return head;
    }

    private Statement.ResourceVersion before(LoggedVersion logged, Digest commitment) {
      Statement.ResourceVersion found =
          chains.computeIfAbsent(logged.version().resource(), this::chain).get(commitment);
      if (found == null) {
        throw confirmed.contradiction(
            "leaf " + logged.leaf().index() + ": the leaf before it is missing");
      }
      return found;
    }

    private Map<Digest, Statement.ResourceVersion> chain(ResourceKey resource) {
      Map<Digest, Statement.ResourceVersion> all = new HashMap<>();
      for (LoggedVersion one : versions.of(Set.of(resource))) {
        confirmed.require(one.row(), headOver(one));
        all.put(one.leaf().commitment(), one.version());
      }
      return all;
    }
  }
}
