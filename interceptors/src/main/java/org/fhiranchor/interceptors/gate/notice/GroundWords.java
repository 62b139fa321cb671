package org.fhiranchor.interceptors.gate.notice;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.fhiranchor.consent.decide.Clause;
import org.fhiranchor.consent.decide.ConsentDecision.Rule;
import org.fhiranchor.consent.decide.DisclosureGround;
import org.fhiranchor.consent.decide.DisclosureGround.ByConsent;
import org.fhiranchor.consent.decide.DisclosureGround.WithoutConsent;
import org.fhiranchor.consent.decide.PermittedScope;
import org.fhiranchor.consent.decide.TimeSpan;
import org.fhiranchor.interceptors.consent.operations.CodeWords;

/**
 * Why something was shown, in one line of printable ASCII for whoever it was shown to: what the
 * Consent permits to them, and nothing else of it. No text of the Consent's author is in it.
 */
final class GroundWords {
  private static final int MOST_VALUES = 10;
  private static final int LONGEST = 2_000;
  private static final String MORE = "...";

  private GroundWords() {}

  static String of(DisclosureGround ground) {
    if (ground instanceof ByConsent permitted) {
      return line(
          "Consent/"
              + permitted.consent().value()
              + permitted
                  .scope()
                  .map(GroundWords::scope)
                  .orElse(" permitted this; its scope has changed since"));
    }
    return line(withoutConsent(((WithoutConsent) ground).rule()));
  }

  private static String withoutConsent(Rule rule) {
    return switch (rule) {
      case BREAK_GLASS ->
          "medical emergency (42 CFR 2.51): the glass was broken, no consent permitted this";
      case OPT_OUT -> "no consent: this server permits this purpose unless the patient objects";
      case UNOWNED_SCOPE -> "no consent: the patient is not known to this server";
      case CONSENT, PATIENT_SELF, NOT_GOVERNED -> "no consent was needed";
    };
  }

  private static String scope(PermittedScope scope) {
    List<Clause> clauses = scope.clauses();
    List<String> words = new ArrayList<>();
    words.add(values(clauses, Clause.Actors.class, " permits ", one -> one.references().stream()));
    if (words.get(0).isEmpty()) {
      words.set(0, " permits anybody");
    }
    String purposes =
        values(
            clauses,
            Clause.Purposes.class,
            "for ",
            one -> one.named().stream().map(purpose -> word(purpose.code().toString())));
    words.add(purposes.isEmpty() ? "for any purpose" : purposes);
    words.add(
        values(
            clauses,
            Clause.Actions.class,
            "action ",
            one -> one.actions().stream().map(action -> action.code())));
    clauses.forEach(clause -> words.add(data(clause)));
    words.add(period(scope.validity()));
    return words.stream().filter(word -> !word.isEmpty()).collect(Collectors.joining("; "))
        + ". What it excepts is not told here.";
  }

  /** What narrows the data; empty for what does not. */
  private static String data(Clause clause) {
    if (clause instanceof Clause.Classes classes) {
      return "class "
          + joined(
              Stream.of(classes.types(), words(classes.documentTypes()), classes.formats())
                  .flatMap(Collection::stream));
    } else if (clause instanceof Clause.Codes codes) {
      return "code " + joined(words(codes.codes()).stream());
    } else if (clause instanceof Clause.SecurityLabels labels) {
      Stream<String> mark =
          labels.mark().stream().map(level -> "confidentiality up to " + level.highest());
      return "labelled " + joined(Stream.concat(mark, words(labels.others()).stream()));
    } else if (clause instanceof Clause.DataPeriod data) {
      return "data of " + span(data.span());
    } else if (clause instanceof Clause.Data) {
      return "data that the consent names one by one";
    }
    return clause instanceof Clause.Period period ? "during " + span(period.span()) : "";
  }

  private static List<String> words(Collection<?> codes) {
    return codes.stream().map(code -> word(code.toString())).toList();
  }

  private static String word(String code) {
    return CodeWords.ofJoined(code);
  }

  private static <T extends Clause> String values(
      List<Clause> clauses, Class<T> kind, String before, Function<T, Stream<String>> values) {
    return clauses.stream()
        .filter(kind::isInstance)
        .map(kind::cast)
        .map(one -> before + joined(values.apply(one)))
        .collect(Collectors.joining("; "));
  }

  /** In the order of the alphabet, so that the same scope is always the same line. */
  private static String joined(Stream<String> values) {
    List<String> sorted = values.sorted().toList();
    String told = String.join(" or ", sorted.subList(0, Math.min(sorted.size(), MOST_VALUES)));
    return sorted.size() <= MOST_VALUES
        ? told
        : told + " or " + (sorted.size() - MOST_VALUES) + " more";
  }

  private static String period(TimeSpan validity) {
    String from =
        validity.from() == Long.MIN_VALUE ? "" : "from " + Instant.ofEpochMilli(validity.from());
    String until =
        validity.until() == Long.MAX_VALUE
            ? "until it is revoked"
            : "until " + Instant.ofEpochMilli(validity.until());
    return from.isEmpty() ? until : from + " " + until;
  }

  private static String span(TimeSpan span) {
    return bound(span.from()) + " to " + bound(span.until());
  }

  private static String bound(long millis) {
    return millis == Long.MIN_VALUE || millis == Long.MAX_VALUE
        ? "ever"
        : Instant.ofEpochMilli(millis).toString();
  }

  /** Fits a header: nobody writes a line of their own into an answer. */
  private static String line(String text) {
    return cut(text.replaceAll("[^ -~]", "?"), LONGEST);
  }

  static String cut(String line, int longest) {
    return line.length() <= longest ? line : line.substring(0, longest - MORE.length()) + MORE;
  }
}
