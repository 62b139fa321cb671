package org.fhiranchor.interceptors.consent.operations;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.fhiranchor.consent.compile.ConsentCompiler;
import org.fhiranchor.consent.decide.Code;
import org.fhiranchor.consent.decide.CodeSystems;
import org.fhiranchor.consent.decide.ProvisionType;
import org.fhiranchor.consent.facts.Codes;
import org.fhiranchor.interceptors.consent.following.Preparation;
import org.fhiranchor.ledger.ConsentDomain;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Consent;

/**
 * What is being agreed, in plain words (DENY-5): what narrows, what widens and what is not
 * understood. References and codes are named, with the display beside them: a display is whatever
 * its author wrote.
 */
final class Summary {
  private Summary() {}

  static String of(
      Consent consent, Preparation preparation, ConsentDomain domain, List<String> unclear) {
    return "Consent/"
        + consent.getIdPart()
        + ", about "
        + ProvisionWords.reference(consent.getPatient())
        + ".\n"
        + whole(consent)
        + String.join("\n", ProvisionWords.of(consent.getProvision(), "Consent.provision"))
        + "\n"
        + notUnderstood(unclear)
        + "It counts "
        + from(preparation.period().notBefore())
        + " "
        + until(preparation.period().notAfter())
        + ". The key "
        + preparation.grantor()
        + " grants it on chain "
        + domain.chainId().value()
        + ", contract "
        + domain.contract()
        + ". The ledger shows a random number, a salted hash of these terms, the key's address and"
        + " the two times, and nothing else. It can be revoked at any time, for ever.";
  }

  private static String whole(Consent consent) {
    StringBuilder words = new StringBuilder();
    if (consent.hasScope()) {
      words
          .append("Scope: ")
          .append(ProvisionWords.concept(consent.getScope()))
          .append(narrowing(consent.getScope()))
          .append(".\n");
    }
    if (consent.hasPolicyRule()) {
      words
          .append("Policy rule: ")
          .append(ProvisionWords.concept(consent.getPolicyRule()))
          .append(consent.getProvision().hasType() ? "" : typeByRule(consent))
          .append(".\n");
    }
    if (!consent.getVerification().isEmpty()) {
      words.append("Verified: ").append(verified(consent)).append(".\n");
    }
    return words.toString();
  }

  /** As the compiler takes it (DEC-3). */
  private static String typeByRule(Consent consent) {
    String type =
        ConsentCompiler.typeByPolicyRule(consent)
            .map(
                rule ->
                    rule == ProvisionType.PERMIT
                        ? "permits what stands there"
                        : "denies what stands there")
            .orElse("permits nothing");
    return ", and so Consent.provision, which has no type, " + type;
  }

  /** Two scopes permit for nothing but what they name (DENY-3). */
  private static String narrowing(CodeableConcept scope) {
    return scope.getCoding().stream()
        .filter(Codes::isNamed)
        .map(Codes::of)
        .filter(code -> code.system().equals(CodeSystems.CONSENT_SCOPE))
        .map(Code::code)
        .filter(code -> code.equals("research") || code.equals("treatment"))
        .findFirst()
        .map(code -> ", so it permits for " + code + " alone")
        .orElse("");
  }

  private static String verified(Consent consent) {
    return consent.getVerification().stream().allMatch(one -> one.getVerified()) ? "yes" : "no";
  }

  private static String notUnderstood(List<String> unclear) {
    return unclear.isEmpty()
        ? "This server understands all of it.\n"
        : "This server does not understand the following. A permit that has it does not apply, a"
            + " deny that has it does.\n- "
            + String.join("\n- ", unclear)
            + "\n";
  }

  private static String from(Optional<Instant> start) {
    return start.map(at -> "from " + at).orElse("from now on");
  }

  private static String until(Optional<Instant> end) {
    return end.map(at -> "until " + at).orElse("without end");
  }
}
