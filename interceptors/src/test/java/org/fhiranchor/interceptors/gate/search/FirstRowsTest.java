package org.fhiranchor.interceptors.gate.search;

import static org.assertj.core.api.Assertions.assertThat;

import ca.uhn.fhir.jpa.dao.IResultIterator;
import ca.uhn.fhir.jpa.model.dao.JpaPid;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Rows of a query, each a hit, as HAPI gives them: a hit that it gave before is skipped. */
final class FirstRowsTest {
  private final Set<Integer> given = new HashSet<>();
  private final List<String> asked = new ArrayList<>();

  private final class Rows implements IResultIterator<JpaPid> {
    private final Iterator<Integer> rows;
    private int skipped;
    private int taken;
    private int next = -1;
    private boolean closed;

    Rows(List<Integer> rows) {
      this.rows = rows.iterator();
    }

    @Override
    public boolean hasNext() {
      while (next < 0 && rows.hasNext()) {
        int row = rows.next();
        if (given.add(row)) {
          next = row;
          taken++;
        } else {
          skipped++;
        }
      }
      return next >= 0;
    }

    @Override
    public JpaPid next() {
      assertThat(closed).isFalse();
      assertThat(hasNext()).isTrue();
      int hit = next;
      next = -1;
      return JpaPid.fromId((long) hit);
    }

    @Override
    public int getSkippedCount() {
      return skipped;
    }

    @Override
    public int getNonSkippedCount() {
      return taken;
    }

    @Override
    public Collection<JpaPid> getNextResultBatch(long size) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void close() {
      closed = true;
    }
  }

  private FirstRows<JpaPid> first(int rows, List<Integer> all) {
    return new FirstRows<>(
        new Rows(all.subList(0, Math.min(rows, all.size()))),
        rows,
        () -> {
          asked.add("all");
          return new Rows(all);
        });
  }

  private static List<Long> hits(Iterator<JpaPid> from, int most) {
    List<Long> hits = new ArrayList<>();
    while (hits.size() < most && from.hasNext()) {
      hits.add(from.next().getId());
    }
    return hits;
  }

  @Test
  @DisplayName("GATE-5 asks for all of a search once the first rows are used up, and not before")
  void goesOn() {
    FirstRows<JpaPid> rows = first(3, List.of(1, 2, 3, 4, 5));
    assertThat(hits(rows, 3)).containsExactly(1L, 2L, 3L);
    assertThat(asked).isEmpty();
    assertThat(hits(rows, 9)).containsExactly(4L, 5L);
    assertThat(asked).hasSize(1);
    assertThat(rows.hasNext()).isFalse();
    assertThat(asked).hasSize(1);
  }

  @Test
  @DisplayName("GATE-5 a search with fewer rows is whole")
  void ends() {
    assertThat(hits(first(6, List.of(1, 2, 3, 4, 5)), 9)).containsExactly(1L, 2L, 3L, 4L, 5L);
    assertThat(asked).isEmpty();
  }

  @Test
  @DisplayName(
      "GATE-5 several rows of one hit do not push out another, nor do hits of earlier pages")
  void countsRows() {
    given.add(7);
    FirstRows<JpaPid> rows = first(4, List.of(7, 1, 1, 1, 2, 7, 3));
    assertThat(hits(rows, 9)).containsExactly(1L, 2L, 3L);
    assertThat(asked).hasSize(1);
  }
}
