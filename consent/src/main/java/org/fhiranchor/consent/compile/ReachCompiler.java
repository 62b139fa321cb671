package org.fhiranchor.consent.compile;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.fhiranchor.consent.decide.Code;
import org.fhiranchor.consent.decide.CodeSystems;
import org.fhiranchor.consent.decide.ConsentReach;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.Consent;

/** Compiles what a Consent says of itself as a whole: its scope and its verification (DENY-3). */
final class ReachCompiler {
  private final Notes notes;

  ReachCompiler(Notes notes) {
    this.notes = notes;
  }

  ConsentReach compile(Consent consent) {
    ConsentReach scope = scope(scopes(consent));
    if (isUnverified(consent)) {
      notes.notUnderstood("Consent.verification", "not verified: it permits nothing");
      return scope.withoutPermits();
    }
    return scope;
  }

  /** Of several scopes each must permit, and one is enough to deny. */
  private ConsentReach scope(Set<String> scopes) {
    if (scopes.size() != 1) {
      notes.notUnderstood(
          "Consent.scope", "no scope that is known, or several: it permits nothing");
      return ConsentReach.DENIES;
    }
    String scope = scopes.iterator().next();
    return switch (scope) {
      case "patient-privacy" -> ConsentReach.ALL;
      case "treatment" -> ConsentReach.treatment();
      case "research" -> ConsentReach.research();
      case "adr" -> {
        notes.notUnderstood("Consent.scope", "adr: it says nothing about records");
        yield ConsentReach.NOTHING;
      }
      default -> {
        notes.notUnderstood("Consent.scope", "unknown scope " + scope + ": it permits nothing");
        yield ConsentReach.DENIES;
      }
    };
  }

  /** Drafts of R4 and R5 have the scope among the categories; that counts where scope is absent. */
  private static Set<String> scopes(Consent consent) {
    Set<String> scopes = new HashSet<>(codes(Stream.of(consent.getScope())));
    if (scopes.isEmpty() && consent.getScope().isEmpty()) {
      scopes.addAll(codes(consent.getCategory().stream()));
    }
    return scopes;
  }

  private static List<String> codes(Stream<CodeableConcept> concepts) {
    return concepts
        .flatMap(concept -> concept.getCoding().stream())
        .filter(Coding::hasCode)
        .map(ElementCompiler::code)
        .filter(code -> code.system().equals(CodeSystems.CONSENT_SCOPE))
        .map(Code::code)
        .toList();
  }

  /** One verification that failed, or does not say how it ended, is enough. */
  private static boolean isUnverified(Consent consent) {
    return !consent.getVerification().stream()
        .map(one -> one.getVerifiedElement().getValue())
        .allMatch(Boolean.TRUE::equals);
  }
}
