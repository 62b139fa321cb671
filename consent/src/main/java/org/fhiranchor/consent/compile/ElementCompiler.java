package org.fhiranchor.consent.compile;

import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.fhiranchor.consent.decide.Action;
import org.fhiranchor.consent.decide.Clause;
import org.fhiranchor.consent.decide.Code;
import org.fhiranchor.consent.decide.CodeSystems;
import org.fhiranchor.consent.decide.Confidentiality;
import org.fhiranchor.consent.decide.ProvisionType;
import org.fhiranchor.consent.decide.Purpose;
import org.fhiranchor.consent.decide.Sensitivity;
import org.fhiranchor.consent.decide.TimeSpan;
import org.fhiranchor.consent.facts.Codes;
import org.fhiranchor.consent.facts.FhirPeriods;
import org.fhiranchor.consent.facts.LocalReferences;
import org.fhiranchor.consent.facts.MimeTypes;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.Consent.ProvisionComponent;
import org.hl7.fhir.r4.model.Period;
import org.hl7.fhir.r4.model.ResourceType;

/**
 * Compiles the elements of one provision (DEC-4), in the order in which an unmet one is told. An
 * element with a value that is not understood is noted and left out, which makes the provision
 * doubtful (DEC-5).
 */
final class ElementCompiler {
  private static final Set<String> TYPES =
      Arrays.stream(ResourceType.values()).map(Enum::name).collect(Collectors.toUnmodifiableSet());

  private final LocalReferences references;
  private final ZoneId zone;
  private final NamedResources named;
  private final Notes notes;

  ElementCompiler(LocalReferences references, ZoneId zone, NamedResources named, Notes notes) {
    this.references = references;
    this.zone = zone;
    this.named = named;
    this.notes = notes;
  }

  /** What they mean in a provision of that type: a deny's cover more where there is a choice. */
  List<Clause> compile(ProvisionComponent from, String path, ProvisionType type) {
    List<Clause> clauses = new ArrayList<>(4);
    if (from.hasActor()) {
      new ActorCompiler(references, named, notes).compile(from, path, type).ifPresent(clauses::add);
    }
    purposes(from, path).ifPresent(clauses::add);
    actions(from, path).ifPresent(clauses::add);
    classes(from, path).ifPresent(clauses::add);
    codes(from, path, type).ifPresent(clauses::add);
    labels(from, path, type).ifPresent(clauses::add);
    if (from.hasData()) {
      new DataCompiler(references, named, notes).compile(from, path, type).ifPresent(clauses::add);
    }
    span(from.getDataPeriod(), path + ".dataPeriod")
        .map(Clause.DataPeriod::new)
        .ifPresent(clauses::add);
    span(from.getPeriod(), path + ".period").map(Clause.Period::new).ifPresent(clauses::add);
    return clauses;
  }

  private Optional<Clause> purposes(ProvisionComponent from, String path) {
    Set<Purpose> purposes = new HashSet<>();
    boolean understood = true;
    for (Coding coding : from.getPurpose()) {
      understood &= named(coding, path + ".purpose");
      Code code = code(coding);
      Purpose purpose = Purpose.of(code.system(), code.code());
      if (code.system().equals(Purpose.SYSTEM) && !Purpose.hierarchy().containsKey(code.code())) {
        notes.notUnderstood(path + ".purpose", code.code() + " is no code of PurposeOfUse");
        understood = false;
      }
      purposes.add(purpose);
    }
    return clause(understood && !purposes.isEmpty(), () -> new Clause.Purposes(purposes));
  }

  private Optional<Clause> actions(ProvisionComponent from, String path) {
    Set<Action> actions = new HashSet<>();
    boolean understood = true;
    for (CodeableConcept concept : from.getAction()) {
      Optional<Action> action =
          concept.getCoding().stream().flatMap(c -> Action.of(code(c)).stream()).findFirst();
      action.ifPresentOrElse(
          actions::add, () -> notes.notUnderstood(path + ".action", "unknown action"));
      understood &= action.isPresent();
    }
    return clause(understood && !actions.isEmpty(), () -> new Clause.Actions(actions));
  }

  private Optional<Clause> classes(ProvisionComponent from, String path) {
    Set<String> types = new HashSet<>();
    Set<Code> documents = new HashSet<>();
    Set<String> formats = new HashSet<>();
    boolean understood = true;
    for (Coding coding : from.getClass_()) {
      Code code = code(coding);
      if (code.system().equals(CodeSystems.RESOURCE_TYPES) && TYPES.contains(code.code())) {
        types.add(code.code());
      } else if (code.system().equals(CodeSystems.LOINC) && !code.code().isEmpty()) {
        documents.add(code);
      } else if (code.system().equals(CodeSystems.MIME_TYPES) && !code.code().isEmpty()) {
        formats.add(MimeTypes.plain(code.code()));
      } else {
        notes.notUnderstood(path + ".class", "unknown class " + written(coding));
        understood = false;
      }
    }
    boolean any = !types.isEmpty() || !documents.isEmpty() || !formats.isEmpty();
    return clause(understood && any, () -> new Clause.Classes(types, documents, formats));
  }

  private Optional<Clause> codes(ProvisionComponent from, String path, ProvisionType type) {
    Set<Code> codes = new HashSet<>();
    boolean understood = true;
    for (CodeableConcept concept : from.getCode()) {
      if (!concept.hasCoding()) {
        notes.notUnderstood(path + ".code", "text without a coding");
        understood = false;
      }
      for (Coding coding : concept.getCoding()) {
        understood &= named(coding, path + ".code") && !isPolicy(coding, path + ".code");
        codes.addAll(meant(code(coding), type));
      }
    }
    return clause(understood && !codes.isEmpty(), () -> new Clause.Codes(codes));
  }

  /** No data carry the code of a policy: a permit by it opens nothing, a deny must not be lost. */
  private boolean isPolicy(Coding coding, String path) {
    boolean policy = CodeSystems.isPolicy(code(coding));
    if (policy) {
      notes.notUnderstood(path, "a policy, not what data are about: " + written(coding));
    }
    return policy;
  }

  private static Set<Code> meant(Code code, ProvisionType type) {
    return type == ProvisionType.DENY ? Sensitivity.withBelow(code) : Set.of(code);
  }

  private Optional<Clause> labels(ProvisionComponent from, String path, ProvisionType type) {
    Set<Code> others = new HashSet<>();
    List<Confidentiality> levels = new ArrayList<>(1);
    boolean understood = true;
    for (Coding coding : from.getSecurityLabel()) {
      understood &= named(coding, path + ".securityLabel");
      Code code = code(coding);
      Optional<Confidentiality> level = Confidentiality.of(code);
      level.ifPresentOrElse(levels::add, () -> others.addAll(meant(code, type)));
      if (level.isEmpty() && code.system().equals(Confidentiality.SYSTEM)) {
        notes.notUnderstood(path + ".securityLabel", "unknown level " + written(coding));
        understood = false;
      }
    }
    return clause(
        understood && from.hasSecurityLabel(),
        () -> new Clause.SecurityLabels(mark(levels), others));
  }

  private static Optional<Clause.SecurityLabels.Mark> mark(List<Confidentiality> levels) {
    List<Confidentiality> sorted = levels.stream().sorted().toList();
    return sorted.isEmpty()
        ? Optional.empty()
        : Optional.of(new Clause.SecurityLabels.Mark(sorted.get(0), sorted.get(sorted.size() - 1)));
  }

  private Optional<TimeSpan> span(Period period, String path) {
    if (period.isEmpty()) {
      return Optional.empty();
    }
    Optional<TimeSpan> span = FhirPeriods.span(period, zone);
    if (span.isEmpty()) {
      notes.notUnderstood(path, "no start and no end that is a time");
    }
    return span;
  }

  /** Whether a coding can be compared at all: it needs a system and a code. */
  private boolean named(Coding coding, String path) {
    boolean named = Codes.isNamed(coding);
    if (!named) {
      notes.notUnderstood(path, "coding without system or code");
    }
    return named;
  }

  private static Optional<Clause> clause(
      boolean usable, java.util.function.Supplier<Clause> clause) {
    return usable ? Optional.of(clause.get()) : Optional.empty();
  }

  private static String written(Coding coding) {
    return Objects.requireNonNullElse(coding.getSystem(), "") + "|" + coding.getCode();
  }

  static Code code(Coding coding) {
    return Codes.of(coding);
  }
}
