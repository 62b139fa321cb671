package org.fhiranchor.bench;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.fhiranchor.bench.store.ScratchDatabase;
import org.fhiranchor.merkle.Digest;
import org.fhiranchor.merkle.SparseMap;
import org.fhiranchor.merkle.TreeSize;

/** A map of heads in a database, changed again and again. The same seed gives the same tags. */
final class HeadsGrowth {
  private static final int AT_ONCE = 100_000;

  private final ScratchDatabase database;
  private final Random random = new Random(20_261_129);
  private final List<Digest> tags = new ArrayList<>();
  private Digest root = SparseMap.EMPTY;
  private long index;

  /**
   * One change.
   *
   * @param seconds all of it, the commit included
   * @param mapSeconds of them outside of the database
   */
  record Round(double seconds, double mapSeconds) {}

  /** Fills an empty map with so many patients. */
  HeadsGrowth(ScratchDatabase database, int patients) {
    this.database = database;
    while (tags.size() < patients) {
      Map<Digest, Digest> heads = new HashMap<>();
      for (int i = 0; i < AT_ONCE && tags.size() < patients; i++) {
        Digest tag = next();
        tags.add(tag);
        heads.put(tag, next());
      }
      change(heads);
    }
  }

  int patients() {
    return tags.size();
  }

  private Digest next() {
    byte[] bytes = new byte[Digest.LENGTH];
    random.nextBytes(bytes);
    return Digest.of(bytes);
  }

  /** So many patients get another head. */
  Round change(int count) {
    Map<Digest, Digest> heads = new HashMap<>();
    while (heads.size() < count) {
      heads.put(tags.get(random.nextInt(tags.size())), next());
    }
    return change(heads);
  }

  private Round change(Map<Digest, Digest> heads) {
    long start = System.nanoTime();
    long[] inDatabase = {0};
    database.inTransaction(
        () -> {
          SparseMap.Changed changed =
              SparseMap.with(
                  root,
                  heads,
                  ids -> {
                    long from = System.nanoTime();
                    Map<SparseMap.PartId, byte[]> parts = database.heads().read(ids, index);
                    inDatabase[0] += System.nanoTime() - from;
                    return parts;
                  });
          long from = System.nanoTime();
          // All but the newest state of each part goes, as when every heads leaf gets final.
          database.heads().write(index + 1, changed.parts(), new TreeSize(index + 1));
          inDatabase[0] += System.nanoTime() - from;
          root = changed.root();
        });
    index++;
    double seconds = (System.nanoTime() - start) / 1e9;
    return new Round(seconds, seconds - inDatabase[0] / 1e9);
  }
}
