package org.fhiranchor.merkle;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** RFC 9162 section 2.1 word by word over lists: slow, plain, and nothing shared with the code. */
final class NaiveTree {
  private NaiveTree() {}

  static List<Digest> leaves(int count) {
    List<Digest> leaves = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      leaves.add(leaf("leaf " + i));
    }
    return leaves;
  }

  static Digest leaf(String entry) {
    return Digest.sha256(new byte[] {0}, entry.getBytes(StandardCharsets.UTF_8));
  }

  static Digest mth(List<Digest> d) {
    if (d.isEmpty()) {
      return Digest.sha256();
    }
    if (d.size() == 1) {
      return d.get(0);
    }
    int k = k(d.size());
    return node(mth(d.subList(0, k)), mth(d.subList(k, d.size())));
  }

  static List<Digest> path(int m, List<Digest> d) {
    if (d.size() == 1) {
      return List.of();
    }
    int k = k(d.size());
    return m < k
        ? then(path(m, d.subList(0, k)), mth(d.subList(k, d.size())))
        : then(path(m - k, d.subList(k, d.size())), mth(d.subList(0, k)));
  }

  static List<Digest> proof(int m, List<Digest> d) {
    return subproof(m, d, true);
  }

  private static List<Digest> subproof(int m, List<Digest> d, boolean b) {
    if (m == d.size()) {
      return b ? List.of() : List.of(mth(d));
    }
    int k = k(d.size());
    return m <= k
        ? then(subproof(m, d.subList(0, k), b), mth(d.subList(k, d.size())))
        : then(subproof(m - k, d.subList(k, d.size()), false), mth(d.subList(0, k)));
  }

  static NodeSource nodes(List<Digest> leaves) {
    return (level, index) -> {
      int from = Math.toIntExact(index << level);
      return mth(leaves.subList(from, from + (1 << level)));
    };
  }

  private static int k(int n) {
    int k = 1;
    while (k * 2 < n) {
      k *= 2;
    }
    return k;
  }

  private static Digest node(Digest left, Digest right) {
    return Digest.sha256(new byte[] {1}, left.bytes(), right.bytes());
  }

  private static List<Digest> then(List<Digest> proof, Digest last) {
    List<Digest> longer = new ArrayList<>(proof);
    longer.add(last);
    return longer;
  }
}
