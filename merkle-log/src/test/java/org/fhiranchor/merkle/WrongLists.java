package org.fhiranchor.merkle;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Ways to spoil a list of hashes. */
final class WrongLists {
  private WrongLists() {}

  static List<List<Digest>> of(List<Digest> right, Digest extra) {
    return List.copyOf(named(right, extra).values());
  }

  static Map<String, List<Digest>> named(List<Digest> right, Digest extra) {
    Map<String, List<Digest>> wrong = new LinkedHashMap<>();
    for (int i = 0; i < right.size(); i++) {
      List<Digest> flipped = new ArrayList<>(right);
      flipped.set(i, flip(right.get(i), i));
      wrong.put("bit flipped in hash " + i, flipped);
      List<Digest> missing = new ArrayList<>(right);
      missing.remove(i);
      wrong.put("hash " + i + " missing", missing);
      List<Digest> twice = new ArrayList<>(right);
      twice.add(i, right.get(i));
      wrong.put("hash " + i + " twice", twice);
    }
    wrong.put("leading hash", join(List.of(extra), right));
    wrong.put("trailing hash", join(right, List.of(extra)));
    wrong.put("trailing zeros", join(right, List.of(Digest.of(new byte[32]))));
    List<Digest> reversed = new ArrayList<>(right);
    Collections.reverse(reversed);
    if (!reversed.equals(right)) {
      wrong.put("reversed", reversed);
    }
    return wrong;
  }

  static Digest flip(Digest digest, int at) {
    byte[] bytes = digest.bytes();
    bytes[at % bytes.length] ^= (byte) (1 << (at % 8));
    return Digest.of(bytes);
  }

  private static List<Digest> join(List<Digest> first, List<Digest> second) {
    List<Digest> all = new ArrayList<>(first);
    all.addAll(second);
    return all;
  }
}
