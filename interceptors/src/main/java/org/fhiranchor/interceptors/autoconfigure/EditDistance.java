package org.fhiranchor.interceptors.autoconfigure;

/** Levenshtein's distance: how many characters to insert, remove or replace. */
final class EditDistance {
  private EditDistance() {}

  static int between(String a, String b) {
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      row = next(row, a.charAt(i - 1), b, i);
    }
    return row[b.length()];
  }

  private static int[] next(int[] row, char c, String b, int first) {
    int[] next = new int[row.length];
    next[0] = first;
    for (int j = 1; j < row.length; j++) {
      int replaced = row[j - 1] + (c == b.charAt(j - 1) ? 0 : 1);
      next[j] = Math.min(replaced, 1 + Math.min(row[j], next[j - 1]));
    }
    return next;
  }
}
