package org.fhiranchor.interceptors.identity.scope;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The search parameters that narrow a scope (SMART App Launch 2.2, section 3.0.2.7), such as {@code
 * category=http://terminology.hl7.org/CodeSystem/observation-category|laboratory}. Read more
 * strictly than a search is: what could be read in two ways is not read at all (SIGN-5).
 *
 * @param text as it stood in the scope
 * @param terms all of them must hold
 */
public record ScopeQuery(String text, List<Term> terms) {
  /** The most parameters of one scope. */
  public static final int MOST_TERMS = 10;

  /** The most values of one parameter. */
  public static final int MOST_VALUES = 50;

  /** The longest value, decoded: HAPI's index cuts longer ones. */
  static final int LONGEST_VALUE = 200;

  /** No modifier, no chain, and none of the parameters with {@code _}. */
  private static final Pattern NAME = Pattern.compile("[A-Za-z][A-Za-z0-9-]{0,63}");

  /** Of a scope (RFC 6749 section 3.3), but not what a URL or a form could mean otherwise. */
  private static final Pattern ENCODED =
      Pattern.compile("(?:[!$'-*\\-./0-9:;@A-Z\\[\\]^_`a-z{|}~]|%[0-9A-Fa-f]{2})+");

  /** Decoded; the separators of several values, of composites and their escapes are not in it. */
  private static final Pattern DECODED = Pattern.compile("[^\\p{Cntrl}\\\\,$|]+");

  /** One parameter; one of the values must match. */
  public record Term(String name, List<Token> values) {
    public Term {
      values = List.copyOf(values);
    }
  }

  /** {@code system|code}, {@code system|} or {@code code}: never neither. */
  public record Token(Optional<String> system, Optional<String> code) {}

  public ScopeQuery {
    terms = List.copyOf(terms);
  }

  /**
   * Reads what stands behind the question mark of a scope.
   *
   * @return empty for anything that is not plainly a list of tokens
   */
  static Optional<ScopeQuery> parse(String query) {
    List<Term> terms = new ArrayList<>();
    for (String part : query.split("&", MOST_TERMS + 1)) {
      Optional<Term> term = term(part);
      if (term.isEmpty()) {
        return Optional.empty();
      }
      terms.add(term.get());
    }
    return terms.size() > MOST_TERMS ? Optional.empty() : Optional.of(new ScopeQuery(query, terms));
  }

  /** What both ask for. */
  public ScopeQuery and(ScopeQuery other) {
    return new ScopeQuery(
        text + "&" + other.text, Stream.concat(terms.stream(), other.terms.stream()).toList());
  }

  private static Optional<Term> term(String part) {
    int equals = part.indexOf('=');
    if (equals < 0 || !NAME.matcher(part.substring(0, equals)).matches()) {
      return Optional.empty();
    }
    List<Token> values = new ArrayList<>();
    for (String value : part.substring(equals + 1).split(",", MOST_VALUES + 1)) {
      Optional<Token> token = decoded(value).flatMap(ScopeQuery::token);
      if (token.isEmpty()) {
        return Optional.empty();
      }
      values.add(token.get());
    }
    return values.size() > MOST_VALUES
        ? Optional.empty()
        : Optional.of(new Term(part.substring(0, equals), values));
  }

  private static Optional<Token> token(String value) {
    int bar = value.indexOf('|');
    String system = value.substring(0, Math.max(bar, 0));
    String code = value.substring(bar + 1);
    // "|code" wants a code without a system, which HAPI's matcher does not tell from any system
    boolean good = bar < 0 ? isPlain(code) : isPlain(system) && (code.isEmpty() || isPlain(code));
    return good
        ? Optional.of(
            new Token(
                Optional.of(system).filter(text -> !text.isEmpty()),
                Optional.of(code).filter(text -> !text.isEmpty())))
        : Optional.empty();
  }

  private static boolean isPlain(String text) {
    return text.length() <= LONGEST_VALUE
        && DECODED.matcher(text).matches()
        && text.strip().equals(text);
  }

  private static Optional<String> decoded(String value) {
    if (!ENCODED.matcher(value).matches()) {
      return Optional.empty();
    }
    ByteBuffer bytes = ByteBuffer.allocate(value.length());
    for (int i = 0; i < value.length(); i++) {
      if (value.charAt(i) == '%') {
        bytes.put((byte) HexFormat.fromHexDigits(value, i + 1, i + 3));
        i += 2;
      } else {
        bytes.put((byte) value.charAt(i));
      }
    }
    try {
      return Optional.of(StandardCharsets.UTF_8.newDecoder().decode(bytes.flip()).toString());
    } catch (CharacterCodingException notText) {
      return Optional.empty();
    }
  }
}
