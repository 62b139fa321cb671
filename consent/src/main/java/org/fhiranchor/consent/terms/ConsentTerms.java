package org.fhiranchor.consent.terms;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Set;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.fhiranchor.merkle.CanonicalJson;
import org.fhiranchor.merkle.Digest;
import org.fhiranchor.merkle.Salt;

/**
 * What a patient agrees to when signing (CG-1): the whole Consent but for {@code id}, {@code meta},
 * {@code text} and {@code status}, which a server may change without changing what was agreed.
 */
public final class ConsentTerms {
  private static final Set<String> LEFT_OUT = Set.of("id", "meta", "text", "status");
  private static final String ALGORITHM = "HmacSHA256";
  private static final String CONSENT = "\"resourceType\":\"Consent\"";

  private final byte[] canonical;

  private ConsentTerms(byte[] canonical) {
    this.canonical = canonical;
  }

  /**
   * The terms of a Consent.
   *
   * @param consentJson the Consent as FHIR JSON in UTF-8
   * @throws org.fhiranchor.merkle.CanonicalFormException when it has no canonical form, naming the
   *     place
   * @throws IllegalArgumentException when it is not a Consent
   */
  public static ConsentTerms of(byte[] consentJson) {
    byte[] terms = CanonicalMembers.without(LEFT_OUT, CanonicalJson.of(consentJson));
    if (!new String(terms, StandardCharsets.UTF_8).contains(CONSENT)) {
      throw new IllegalArgumentException("consent terms: want a Consent, got something else");
    }
    return new ConsentTerms(terms);
  }

  /**
   * The salted hash that goes onto the ledger: HMAC-SHA-256 with the salt as key over the terms.
   */
  public Digest hash(Salt salt) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(new SecretKeySpec(salt.bytes(), ALGORITHM));
      return Digest.of(mac.doFinal(canonical));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("hashing consent terms: no " + ALGORITHM, e);
    }
  }

  /** A copy of the canonical form that is hashed. */
  public byte[] canonicalBytes() {
    return canonical.clone();
  }
}
