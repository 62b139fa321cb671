package org.fhiranchor.interceptors.disclosure;

import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.fhiranchor.consent.decide.PatientId;

/**
 * The parameters of a question, and what of them the record of one patient tells (DIS-1).
 *
 * @param type the resource type that is searched
 * @param all in the order of their names
 */
record AskedQuery(String type, List<Parameter> all) {
  /** Without parameters. */
  static final AskedQuery NONE = new AskedQuery("", List.of());

  private static final int LONGEST = 2_000;
  private static final Pattern PATIENT = Pattern.compile("\\bPatient/([A-Za-z0-9.-]+)");

  /** A reference, relative or under whichever base: its type, its id. */
  private static final Pattern REFERENCE =
      Pattern.compile(
          "(?:https?://[^,]*/)?([A-Z][A-Za-z]{1,63})/([A-Za-z0-9.-]{1,64})(?:/_history/[0-9]+)?");

  /** One value of one parameter. */
  record Parameter(String name, String value) {
    @Override
    public String toString() {
      return name + "=" + value;
    }
  }

  AskedQuery {
    all = List.copyOf(all);
  }

  static AskedQuery of(String type, Map<String, String[]> parameters) {
    return new AskedQuery(
        type,
        parameters.entrySet().stream()
            .flatMap(
                one -> Stream.of(one.getValue()).map(value -> new Parameter(one.getKey(), value)))
            .sorted(Comparator.comparing(Parameter::toString))
            .toList());
  }

  /** The search as it was asked; empty without parameters. */
  Optional<String> text() {
    return text(Parameter::toString);
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
    Set<String> kept = new HashSet<>(own);
    named.stream()
        .filter(other -> !patient.equals(Optional.of(other)))
        .forEach(other -> kept.remove(other.value()));
    UnaryOperator<String> plain = text -> withoutPatients(text, patient, named);
    return text(
        one -> {
          AskedParameter asked = AskedParameter.of(type, one.name());
          boolean told =
              !asked.mayName()
                  || (asked.modifier().equals("missing") && one.value().matches("true|false"));
          return plain.apply(one.name())
              + "="
              + (told ? plain.apply(one.value()) : ownOf(one.value(), kept));
        });
  }

  /** An escaped comma parts values as well: no id holds one. */
  private static String ownOf(String value, Set<String> own) {
    return Stream.of(value.split(",", -1))
        .map(one -> own.contains(one) || one.isEmpty() ? one : ownOrAnother(one, own))
        .collect(Collectors.joining(","));
  }

  private static String ownOrAnother(String value, Set<String> own) {
    Matcher reference = REFERENCE.matcher(value);
    String name = reference.matches() ? reference.group(1) + "/" + reference.group(2) : "";
    if (own.contains(name)) {
      return name;
    }
    return (name.isEmpty() ? "" : reference.group(1) + "/") + AccessQuestion.ANOTHER;
  }

  private static String withoutPatients(
      String text, Optional<PatientId> patient, Set<PatientId> named) {
    String rest = text;
    for (PatientId other : named) {
      if (!patient.equals(Optional.of(other))) {
        rest =
            rest.replaceAll(
                "(?<![A-Za-z0-9.-])" + Pattern.quote(other.value()) + "(?![A-Za-z0-9.-])",
                Matcher.quoteReplacement(AccessQuestion.ANOTHER));
      }
    }
    return PATIENT
        .matcher(rest)
        .replaceAll(
            found ->
                Matcher.quoteReplacement(
                    patient.filter(own -> own.value().equals(found.group(1))).isPresent()
                        ? found.group()
                        : "Patient/" + AccessQuestion.ANOTHER));
  }
}
