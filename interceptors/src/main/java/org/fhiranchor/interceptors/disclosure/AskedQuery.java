package org.fhiranchor.interceptors.disclosure;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.fhiranchor.consent.decide.PatientId;
import org.fhiranchor.merkle.Digest;

/**
 * The parameters of a question, and what of them the record of one patient tells (DIS-1). A record
 * is made for each of many patients, so nothing beyond what a record has room for is kept.
 *
 * @param all in the order of their names, as many as there is room for
 * @param key the same for the same parameters alone, also where there was no room for all of them
 */
record AskedQuery(List<Parameter> all, String key) {
  /** Without parameters. */
  static final AskedQuery NONE = new AskedQuery(List.of(), "");

  private static final int LONGEST = 2_000;
  private static final int LONGEST_ID = 64;

  /** What may be an id; the group is there where it is a patient's by what stands before it. */
  private static final Pattern TOKEN = Pattern.compile("((?<=\\bPatient/))?[A-Za-z0-9.-]+");

  /** One of the values that a comma parts. */
  record Part(String text, Optional<AskedReference> reference) {
    static Part of(String text) {
      return new Part(text, AskedReference.of(text));
    }

    String toldOf(Predicate<String> own) {
      if (text.isEmpty() || own.test(text)) {
        return text;
      }
      return reference
          .map(AskedReference::name)
          .filter(own)
          .or(() -> reference.map(one -> one.type() + "/" + AccessQuestion.ANOTHER))
          .orElse(AccessQuestion.ANOTHER);
    }
  }

  /**
   * One value of one parameter.
   *
   * @param naming what of it is or may be a reference or an id; empty where nothing is
   */
  record Parameter(String name, String value, List<Part> naming) {
    /** An escaped comma parts values as well: no id holds one. */
    static Parameter of(String type, String name, String value) {
      AskedParameter asked = AskedParameter.of(type, name);
      boolean told =
          !asked.mayName() || (asked.modifier().equals("missing") && value.matches("true|false"));
      return new Parameter(
          name, value, told ? List.of() : Stream.of(value.split(",", -1)).map(Part::of).toList());
    }

    @Override
    public String toString() {
      return name + "=" + value;
    }
  }

  AskedQuery {
    all = List.copyOf(all);
  }

  static AskedQuery of(String type, Map<String, String[]> parameters) {
    List<Map.Entry<String, String>> asked =
        parameters.entrySet().stream()
            .flatMap(one -> Stream.of(one.getValue()).map(value -> cut(one.getKey(), value)))
            .sorted(Comparator.comparing(Map.Entry::toString))
            .toList();
    List<Parameter> kept = new ArrayList<>();
    int length = 0;
    for (Map.Entry<String, String> one : asked) {
      if (length < LONGEST) {
        kept.add(Parameter.of(type, one.getKey(), one.getValue()));
        length += one.toString().length() + 1;
      }
    }
    return new AskedQuery(kept, key(parameters));
  }

  /** Each text with its length: no two questions are spelt alike. */
  private static String key(Map<String, String[]> parameters) {
    String whole =
        parameters.entrySet().stream()
            .flatMap(
                one -> Stream.of(one.getValue()).map(value -> spelt(one.getKey()) + spelt(value)))
            .sorted()
            .collect(Collectors.joining());
    return whole.length() > LONGEST ? Digest.sha256(whole.getBytes(UTF_8)).hex() : whole;
  }

  private static String spelt(String text) {
    return text.length() + ":" + text;
  }

  /** Behind a name that is cut there is no room for a value. */
  private static Map.Entry<String, String> cut(String name, String value) {
    return Map.entry(cut(name), name.length() > LONGEST ? "" : cut(value));
  }

  /** Not within an id: what is left of one could not be told from another. */
  private static String cut(String text) {
    int most = Math.min(text.length(), LONGEST + LONGEST_ID);
    int end = Math.min(text.length(), LONGEST);
    while (end < most && isOfToken(text.charAt(end - 1)) && isOfToken(text.charAt(end))) {
      end++;
    }
    return text.substring(0, end);
  }

  private static boolean isOfToken(char one) {
    return (one >= 'a' && one <= 'z')
        || (one >= 'A' && one <= 'Z')
        || (one >= '0' && one <= '9')
        || one == '.'
        || one == '-';
  }

  private Optional<String> text(Function<Parameter, String> each) {
    String text = all.stream().map(each).collect(Collectors.joining("&"));
    return Optional.of(text)
        .filter(one -> !one.isEmpty())
        .map(one -> one.substring(0, Math.min(one.length(), LONGEST)));
  }

  /**
   * The search as the record of one patient tells it: of references and ids, those of the patient
   * and of what is known to be the patient's alone.
   *
   * @param named patients whom the question names
   * @param own names and ids of the patient and of what is the patient's
   */
  Optional<String> toldTo(Optional<PatientId> patient, Set<PatientId> named, Set<String> own) {
    String self = patient.map(PatientId::value).orElse("");
    Predicate<String> another =
        id -> !id.equals(self) && PatientId.isValid(id) && named.contains(new PatientId(id));
    Predicate<String> kept = one -> own.contains(one) && !another.test(one);
    return text(
        one ->
            withoutPatients(one.name(), self, another)
                + "="
                + (one.naming().isEmpty()
                    ? withoutPatients(one.value(), self, another)
                    : one.naming().stream()
                        .map(part -> part.toldOf(kept))
                        .collect(Collectors.joining(","))));
  }

  private static String withoutPatients(String text, String self, Predicate<String> another) {
    return TOKEN
        .matcher(text)
        .replaceAll(
            found -> {
              String id = found.group();
              boolean told = found.start(1) < 0 ? !another.test(id) : id.equals(self);
              return Matcher.quoteReplacement(told ? id : AccessQuestion.ANOTHER);
            });
  }
}
