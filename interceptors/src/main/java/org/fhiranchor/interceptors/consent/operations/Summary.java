package org.fhiranchor.interceptors.consent.operations;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.fhiranchor.interceptors.consent.following.Preparation;
import org.fhiranchor.ledger.ConsentDomain;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.Consent;
import org.hl7.fhir.r4.model.Consent.ConsentProvisionType;
import org.hl7.fhir.r4.model.Consent.ProvisionComponent;

/** What is being agreed, in plain words. */
final class Summary {
  private Summary() {}

  static String of(Consent consent, Preparation preparation, ConsentDomain domain) {
    ProvisionComponent root = consent.getProvision();
    String verb = root.getType() == ConsentProvisionType.DENY ? "denies" : "permits";
    return "Consent/"
        + consent.getIdPart()
        + " "
        + verb
        + " "
        + who(root)
        + " "
        + purposes(root.getPurpose())
        + ", "
        + exceptions(root)
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

  private static String who(ProvisionComponent root) {
    List<String> actors =
        root.getActor().stream()
            .map(actor -> actor.getReference())
            .map(one -> one.hasDisplay() ? one.getDisplay() : String.valueOf(one.getReference()))
            .toList();
    return actors.isEmpty() ? "anybody" : String.join(", ", actors);
  }

  private static String purposes(List<Coding> purposes) {
    return purposes.isEmpty()
        ? "for any purpose"
        : purposes.stream()
            .map(one -> one.hasDisplay() ? one.getDisplay() : String.valueOf(one.getCode()))
            .collect(Collectors.joining(" or ", "for the purpose ", ""));
  }

  private static String exceptions(ProvisionComponent root) {
    int count = root.getProvision().size();
    return count == 0 ? "" : "with " + count + " exception(s) as written there, ";
  }

  private static String from(Optional<Instant> start) {
    return start.map(at -> "from " + at).orElse("from now on");
  }

  private static String until(Optional<Instant> end) {
    return end.map(at -> "until " + at).orElse("without end");
  }
}
