package org.fhiranchor.consent.decide;

/**
 * A logical id as numbers: its 64 possible characters take six bits each. Two ids of the same
 * length, up to {@link #LONGEST} characters, are the same exactly when both numbers are. Comparing
 * numbers spares the way through an object, a string and its bytes.
 */
public final class PackedId {
  /** Characters that the two numbers hold; what a longer id says further on is left out. */
  public static final int LONGEST = 20;

  private static final int HALF = 10;
  private static final int BITS = 6;
  private static final byte[] CODES = codes();

  private PackedId() {}

  /** The first ten characters. */
  public static long begin(String id) {
    return packed(id, 0, Math.min(id.length(), HALF));
  }

  /** The next ten. */
  public static long next(String id) {
    return id.length() <= HALF ? 0 : packed(id, HALF, Math.min(id.length(), LONGEST));
  }

  private static long packed(String id, int from, int until) {
    long packed = 0;
    for (int i = from; i < until; i++) {
      packed = (packed << BITS) | CODES[id.charAt(i)];
    }
    return packed;
  }

  private static byte[] codes() {
    byte[] codes = new byte[128];
    byte next = 0;
    for (char c = 0; c < codes.length; c++) {
      if (LogicalId.isCharacter(c)) {
        codes[c] = next++;
      }
    }
    return codes;
  }
}
