package org.fhiranchor.merkle;

import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Lines of CSV (RFC 4180) in which nothing is a formula: a cell that a spreadsheet would run begins
 * with an apostrophe, and so does what it would run if it took a semicolon or the end of a line for
 * the end of a cell. Every CSV of this project is written here.
 */
public final class CsvText {
  /** The end of a line. */
  public static final String END = "\r\n";

  /** Also the wide forms, which some spreadsheets read like the narrow ones. */
  private static final String SIGNS = "=+@\uff1d\uff0b\uff0d\uff20-";

  private static final String FORMULA = SIGNS + "\t\r\n";

  /**
   * Where a spreadsheet whose lists are separated by semicolons would begin a cell, quoted or not.
   */
  private static final Pattern INNER = Pattern.compile("([;\t\r\n][ \"']*)([" + SIGNS + "])");

  private CsvText() {}

  /** A line without its end. */
  public static String line(List<String> cells) {
    return cells.stream().map(CsvText::cell).collect(Collectors.joining(","));
  }

  /** A line without its end, in which every cell is quoted. */
  public static String quotedLine(List<String> cells) {
    return cells.stream().map(cell -> quoted(safe(cell))).collect(Collectors.joining(","));
  }

  /** Quoted where it must be. */
  public static String cell(String text) {
    String safe = safe(text);
    boolean quote = safe.chars().anyMatch(c -> c == ',' || c == '"' || c == '\r' || c == '\n');
    return quote ? quoted(safe) : safe;
  }

  private static String safe(String text) {
    boolean formula = !text.isEmpty() && FORMULA.indexOf(text.charAt(0)) >= 0;
    return (formula ? "'" : "") + INNER.matcher(text).replaceAll("$1'$2");
  }

  private static String quoted(String text) {
    return '"' + text.replace("\"", "\"\"") + '"';
  }
}
