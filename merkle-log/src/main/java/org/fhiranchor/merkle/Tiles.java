package org.fhiranchor.merkle;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Measures of tiles, and the encoding of entry bundles (C2SP tlog-tiles, TILE-1). */
public final class Tiles {
  /** Tree levels in a tile. */
  public static final int HEIGHT = 8;

  /** Hashes in a full tile. */
  public static final int WIDTH = 256;

  /** Highest tile level that a tree below 2^63 leaves has. */
  public static final int MAX_LEVEL = 7;

  /** Longest entry, in bytes. */
  public static final int MAX_ENTRY = 65535;

  private Tiles() {}

  /**
   * How many hashes tile {@code index} at {@code level} has in a tree of {@code size} leaves; 0
   * when it is not there yet.
   */
  public static int width(TreeSize size, int level, long index) {
    long hashes = size.value() >>> (HEIGHT * level);
    long full = hashes >>> HEIGHT;
    if (index < full) {
      return WIDTH;
    }
    return index == full ? (int) (hashes & (WIDTH - 1)) : 0;
  }

  /**
   * Each entry after its length in two bytes, big-endian.
   *
   * @throws IllegalArgumentException for an entry over 65,535 bytes
   */
  public static byte[] encodeEntries(List<byte[]> entries) {
    int length = entries.stream().mapToInt(entry -> 2 + entry.length).sum();
    byte[] bundle = new byte[length];
    int at = 0;
    for (byte[] entry : entries) {
      if (entry.length > MAX_ENTRY) {
        throw new IllegalArgumentException(
            "entry: want at most " + MAX_ENTRY + " bytes, got " + entry.length);
      }
      bundle[at++] = (byte) (entry.length >>> 8);
      bundle[at++] = (byte) entry.length;
      System.arraycopy(entry, 0, bundle, at, entry.length);
      at += entry.length;
    }
    return bundle;
  }

  /**
   * Reads a bundle of exactly {@code width} entries.
   *
   * @throws ProofFormatException when it holds fewer, more, or a cut-off one
   */
  public static List<byte[]> decodeEntries(byte[] bundle, int width) {
    List<byte[]> entries = new ArrayList<>();
    int at = 0;
    while (at < bundle.length && entries.size() <= width) {
      if (bundle.length - at < 2) {
        throw new ProofFormatException("entry bundle: cut off in a length");
      }
      int length = (bundle[at] & 0xff) << 8 | (bundle[at + 1] & 0xff);
      at += 2;
      if (bundle.length - at < length) {
        throw new ProofFormatException("entry bundle: cut off in an entry");
      }
      entries.add(Arrays.copyOfRange(bundle, at, at + length));
      at += length;
    }
    if (entries.size() != width || at != bundle.length) {
      throw new ProofFormatException("entry bundle: want exactly " + width + " entries");
    }
    return entries;
  }

  static void check(long index, int width) {
    if (index < 0) {
      throw new IllegalArgumentException("tile index: want 0 or more, got " + index);
    }
    if (width < 1 || width > WIDTH) {
      throw new IllegalArgumentException("tile width: want 1 to 256, got " + width);
    }
  }
}
