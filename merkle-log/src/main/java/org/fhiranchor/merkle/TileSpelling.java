package org.fhiranchor.merkle;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** How index and width are spelled. */
final class TileSpelling {
  static final int MAX = 64;
  static final Pattern PATH =
      Pattern.compile("tile/([0-7]|entries)/((?:x[0-9]{3}/){0,6}[0-9]{3})(?:\\.p/([0-9]{1,3}))?");

  private TileSpelling() {}

  static String spell(String kind, long index, int width) {
    StringBuilder groups = new StringBuilder(threeDigits(index % 1000));
    for (long rest = index / 1000; rest > 0; rest /= 1000) {
      groups.insert(0, "x" + threeDigits(rest % 1000) + "/");
    }
    String partial = width == Tiles.WIDTH ? "" : ".p/" + width;
    return "tile/" + kind + "/" + groups + partial;
  }

  private static String threeDigits(long group) {
    return (group < 10 ? "00" : group < 100 ? "0" : "") + group;
  }

  static long index(String groups) {
    String digits = groups.replace("x", "").replace("/", "");
    return digits.length() > 18 ? -1 : Long.parseLong(digits);
  }

  static int width(@Nullable String digits) {
    int width = digits == null ? Tiles.WIDTH : Integer.parseInt(digits);
    boolean fits = digits == null || width < Tiles.WIDTH;
    return fits ? width : -1;
  }
}
