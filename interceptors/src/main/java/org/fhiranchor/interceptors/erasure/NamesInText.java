package org.fhiranchor.interceptors.erasure;

import java.util.function.Predicate;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.fhiranchor.consent.decide.PatientId;

/**
 * What a stored text names: by a reference or an address, by a resource that stands in it, or in a
 * query. It may find too much, as in another server's address, and not too little.
 */
final class NamesInText {
  private static final String INLINE = "\"resourceType\":\"";
  private static final String ITS_ID = "\",\"id\":\"";
  private static final int LONGEST_ID = 64;
  private static final Pattern ENCODED = Pattern.compile("%([2-7][0-9A-Fa-f])");

  private final String id;
  private final Pattern query;

  /** For the record of this patient. */
  NamesInText(PatientId patient) {
    id = patient.value();
    query = Pattern.compile("=(?:[^\"&\\s]*[,|/])?" + Pattern.quote(id) + "(?![A-Za-z0-9.-])");
  }

  /** Whether it names one of these, or its query names the patient. */
  boolean isIn(String text, Predicate<String> wanted) {
    return refers(text, wanted) || holds(text, wanted) || asks(text);
  }

  /** Calls this with every name that stands in it, until it says yes. */
  static boolean refers(String text, Predicate<String> wanted) {
    for (int slash = text.indexOf('/'); slash >= 0; slash = text.indexOf('/', slash + 1)) {
      int from = slash;
      while (from > 0 && isLetter(text.charAt(from - 1))) {
        from--;
      }
      if (from < slash && text.charAt(from) <= 'Z' && isNamed(text, from, slash + 1, wanted)) {
        return true;
      }
    }
    return false;
  }

  private static boolean isNamed(String text, int from, int begin, Predicate<String> wanted) {
    int to = begin;
    while (to < text.length() && to - begin <= LONGEST_ID && isOfId(text.charAt(to))) {
      to++;
    }
    return to > begin && to - begin <= LONGEST_ID && wanted.test(text.substring(from, to));
  }

  /** HAPI writes a resource's type and id first, and no id of the stored resource itself. */
  private static boolean holds(String text, Predicate<String> wanted) {
    for (int at = text.indexOf(INLINE, 1); at >= 0; at = text.indexOf(INLINE, at + 1)) {
      int from = at + INLINE.length();
      int end = text.indexOf('"', from);
      if (end > 0 && text.startsWith(ITS_ID, end)) {
        int id = end + ITS_ID.length();
        int after = text.indexOf('"', id);
        if (after > 0 && wanted.test(text.substring(from, end) + "/" + text.substring(id, after))) {
          return true;
        }
      }
    }
    return false;
  }

  /** {@code Observation?patient=123}, as a Subscription's criteria have it. */
  private boolean asks(String text) {
    if (text.indexOf('=') < 0 && text.indexOf('%') < 0) {
      return false;
    }
    String plain =
        text.indexOf('%') < 0 ? text : ENCODED.matcher(text).replaceAll(NamesInText::character);
    return plain.contains(id) && query.matcher(plain).find();
  }

  private static String character(MatchResult encoded) {
    char plain = (char) Integer.parseInt(encoded.group(1), 16);
    return Matcher.quoteReplacement(String.valueOf(plain));
  }

  private static boolean isLetter(char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
  }

  private static boolean isOfId(char c) {
    return isLetter(c) || (c >= '0' && c <= '9') || c == '-' || c == '.';
  }
}
