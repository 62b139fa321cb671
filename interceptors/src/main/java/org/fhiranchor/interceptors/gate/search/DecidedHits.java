package org.fhiranchor.interceptors.gate.search;

import ca.uhn.fhir.jpa.dao.IResultIterator;
import ca.uhn.fhir.rest.api.server.storage.IResourcePersistentId;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.UnaryOperator;
import org.fhiranchor.interceptors.gate.decision.Unavailable;

/**
 * The hits of one search that may be shown, decided about as far as HAPI wants them. Where it ends,
 * and what it says about its end, hang on what may be shown alone, never on what is hidden.
 */
final class DecidedHits<T extends IResourcePersistentId<?>> extends HitsInGroups<T> {
  private static final int MOST_AT_ONCE = 500;

  private final UnaryOperator<List<T>> visible;
  private final Terms terms;
  private int next;
  private int decided;

  /**
   * How far to go.
   *
   * @param wanted how many hits that may be shown HAPI wants to have in this pass; empty for all
   * @param earlier how many it has from earlier passes
   * @param all whether they are to be counted, however many HAPI wants
   * @param limit most hits to decide about
   */
  record Terms(OptionalInt wanted, int earlier, boolean all, int limit) {
    /** Whether so many are enough. */
    boolean areEnough(int given) {
      return !all && wanted.isPresent() && given >= wanted.getAsInt();
    }

    private int first() {
      return all ? MOST_AT_ONCE : Math.min(MOST_AT_ONCE, wanted.orElse(MOST_AT_ONCE));
    }
  }

  /**
   * Hits in their order.
   *
   * @param visible which of some hits may be shown
   */
  DecidedHits(IResultIterator<T> hits, UnaryOperator<List<T>> visible, Terms terms) {
    super(hits);
    this.visible = visible;
    this.terms = terms;
    this.next = terms.first();
  }

  @Override
  public boolean hasNext() {
    return !terms.areEnough(given()) && super.hasNext();
  }

  /** Twice as many each time: there may be many hidden ones before the next that is not. */
  @Override
  List<T> choose(IResultIterator<T> all) {
    if (decided >= terms.limit()) {
      throw Unavailable.tooMany(terms.limit());
    }
    List<T> some = new ArrayList<>();
    while (some.size() < next && decided < terms.limit() && all.hasNext()) {
      decided++;
      some.add(all.next());
    }
    next = Math.min(MOST_AT_ONCE, 2 * next);
    return visible.apply(some);
  }

  /**
   * HAPI takes a search for finished, and says its total, when it was given fewer hits than it
   * wanted; it adds these, which are those of earlier passes. Who counts all is finished, however
   * many they were.
   */
  @Override
  public int getSkippedCount() {
    return terms.all() ? -given() : terms.earlier();
  }

  @Override
  public int getNonSkippedCount() {
    return given();
  }
}
