package org.fhiranchor.interceptors.consent.operations;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.fhiranchor.consent.compile.ActorRoles;
import org.fhiranchor.consent.decide.Code;
import org.fhiranchor.consent.decide.CodeSystems;
import org.fhiranchor.consent.decide.Sensitivity;
import org.fhiranchor.consent.facts.Codes;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.Consent.ConsentProvisionType;
import org.hl7.fhir.r4.model.Consent.ProvisionComponent;
import org.hl7.fhir.r4.model.Consent.provisionActorComponent;
import org.hl7.fhir.r4.model.Consent.provisionDataComponent;
import org.hl7.fhir.r4.model.Period;
import org.hl7.fhir.r4.model.Reference;
import org.jspecify.annotations.Nullable;

/** A provision in words, one line for it and one for each below it. */
final class ProvisionWords {
  private static final int MOST_LINES = 200;
  private static final int LONGEST = 200;

  private ProvisionWords() {}

  static List<String> of(ProvisionComponent provision, String path) {
    List<String> lines = new ArrayList<>();
    add(provision, path, lines);
    return lines;
  }

  private static void add(ProvisionComponent provision, String path, List<String> lines) {
    if (lines.size() == MOST_LINES) {
      lines.add("- more provisions follow");
    }
    if (lines.size() >= MOST_LINES) {
      return;
    }
    lines.add("- " + path + " " + verb(provision) + ": " + elements(provision) + ".");
    for (int i = 0; i < provision.getProvision().size(); i++) {
      add(provision.getProvision().get(i), path + ".provision[" + i + "]", lines);
    }
  }

  private static String verb(ProvisionComponent provision) {
    if (provision.getType() == ConsentProvisionType.PERMIT) {
      return "permits";
    }
    return provision.getType() == ConsentProvisionType.DENY ? "denies" : "does not say its type";
  }

  /** Each element narrows the provision; where none stands there, it is for all. */
  private static String elements(ProvisionComponent from) {
    List<String> words = new ArrayList<>();
    words.add(readers(from));
    holders(from).ifPresent(words::add);
    words.add(from.hasPurpose() ? "for " + codings(from.getPurpose().stream()) : "for any purpose");
    add(words, "action ", concepts(from.getAction()));
    add(words, "class ", codings(from.getClass_().stream()));
    add(words, "code ", concepts(from.getCode()));
    add(words, "labelled ", codings(from.getSecurityLabel().stream()));
    add(words, "the labels below too: ", below(from));
    add(words, "data ", joined(from.getData().stream().map(ProvisionWords::data)));
    add(words, "data of ", period(from.getDataPeriod()));
    add(words, "during ", period(from.getPeriod()));
    return String.join("; ", words);
  }

  private static void add(List<String> words, String what, String values) {
    if (!values.isEmpty()) {
      words.add(what + values);
    }
  }

  private static String readers(ProvisionComponent from) {
    String readers =
        joined(from.getActor().stream().filter(one -> !isHolder(one)).map(ProvisionWords::actor));
    return readers.isEmpty() ? "anybody" : "to " + readers;
  }

  private static Optional<String> holders(ProvisionComponent from) {
    String holders =
        joined(
            from.getActor().stream().filter(ProvisionWords::isHolder).map(ProvisionWords::actor));
    return holders.isEmpty()
        ? Optional.empty()
        : Optional.of("held by " + holders + ", which says nothing about who reads");
  }

  private static boolean isHolder(provisionActorComponent actor) {
    return ActorRoles.isHolder(actor.getRole());
  }

  private static String actor(provisionActorComponent actor) {
    String role = actor.hasRole() ? " as " + concept(actor.getRole()) : "";
    return reference(actor.getReference()) + role;
  }

  private static String data(provisionDataComponent data) {
    String meaning =
        data.getMeaning() != null ? data.getMeaning().toCode() : "of no stated meaning";
    return meaning + " " + reference(data.getReference());
  }

  private static String below(ProvisionComponent from) {
    if (from.getType() == ConsentProvisionType.PERMIT) {
      return "";
    }
    Set<Code> named = from.getSecurityLabel().stream().map(Codes::of).collect(Collectors.toSet());
    return joined(
        named.stream()
            .filter(code -> code.system().equals(CodeSystems.ACT_CODE))
            .flatMap(code -> Sensitivity.withBelow(code).stream())
            .filter(code -> !named.contains(code))
            .map(Code::code)
            .distinct()
            .sorted());
  }

  private static String period(Period period) {
    if (period.isEmpty()) {
      return "";
    }
    String start = period.getStart() != null ? period.getStartElement().getValueAsString() : "ever";
    String end = period.getEnd() != null ? period.getEndElement().getValueAsString() : "ever";
    return start + " to " + end;
  }

  static String reference(Reference reference) {
    String written = reference.getReference() != null ? reference.getReference() : "no reference";
    return shown(written, reference.getDisplay());
  }

  static String concept(CodeableConcept concept) {
    String codings = codings(concept.getCoding().stream());
    return codings.isEmpty() ? "no code" + quoted(concept.getText()) : codings;
  }

  private static String concepts(List<CodeableConcept> concepts) {
    return joined(concepts.stream().map(ProvisionWords::concept));
  }

  private static String codings(Stream<Coding> codings) {
    return joined(
        codings.map(
            one ->
                shown(CodeWords.of(text(one.getSystem()), text(one.getCode())), one.getDisplay())));
  }

  private static String shown(String written, @Nullable String display) {
    return oneLine(written) + quoted(display);
  }

  private static String quoted(@Nullable String display) {
    return display == null || display.isBlank()
        ? ""
        : " (\"" + oneLine(display).replace('"', '\'') + "\")";
  }

  /** Nobody writes lines of their own into the summary. */
  private static String oneLine(String text) {
    String line = text.replaceAll("[\\p{Cntrl}\\p{Cf}\\u2028\\u2029]+", " ").strip();
    return line.length() <= LONGEST ? line : line.substring(0, LONGEST) + "…";
  }

  private static String text(@Nullable String value) {
    return value == null ? "" : value;
  }

  private static String joined(Stream<String> words) {
    return words.collect(Collectors.joining(" or "));
  }
}
