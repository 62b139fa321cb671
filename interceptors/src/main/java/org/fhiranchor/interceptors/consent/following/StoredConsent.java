package org.fhiranchor.interceptors.consent.following;

import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.Optional;
import java.util.function.Supplier;
import org.fhiranchor.consent.terms.ConsentTerms;
import org.fhiranchor.ledger.consent.ConsentRecord;
import org.fhiranchor.merkle.CanonicalFormException;
import org.fhiranchor.merkle.Digest;
import org.fhiranchor.merkle.Salt;
import org.hl7.fhir.r4.model.Consent;

/**
 * A Consent and the text it was read from.
 *
 * @param text as stored; empty when HAPI alone could read it
 * @param asRead the text as a read returns it, made without HAPI where that is possible
 * @param written writes the Consent as FHIR JSON, as a client gets it
 */
record StoredConsent(
    Consent consent, Optional<String> text, Supplier<String> written, Optional<String> asRead) {
  /**
   * The hash of the terms; empty when they have no canonical form, so that nobody can sign them.
   * What was signed is what a client gets, and writing that again is half of the cost of loading.
   * The stored text has nearly always the same terms: where its hash is the granted one, it is what
   * was signed.
   */
  Optional<Digest> terms(Salt salt, Collection<ConsentState> states) {
    return text.flatMap(json -> hash(json, salt))
        .filter(hash -> states.stream().anyMatch(state -> grants(state.record(), hash)))
        .or(() -> hash(written.get(), salt));
  }

  /** Digest of what a read returns, by its text; empty where that cannot be told without HAPI. */
  Optional<Digest> content() {
    return asRead.flatMap(LeafComparison::digest);
  }

  private static boolean grants(ConsentRecord record, Digest hash) {
    return record.grant().filter(grant -> grant.termsHash().equals(hash)).isPresent();
  }

  private static Optional<Digest> hash(String json, Salt salt) {
    return terms(json).map(terms -> terms.hash(salt));
  }

  /** The terms of this FHIR JSON; empty when they have no canonical form. */
  static Optional<ConsentTerms> terms(String json) {
    try {
      return Optional.of(ConsentTerms.of(json.getBytes(StandardCharsets.UTF_8)));
    } catch (CanonicalFormException unsignable) {
      return Optional.empty();
    }
  }
}
