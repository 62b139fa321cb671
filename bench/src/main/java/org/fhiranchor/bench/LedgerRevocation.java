package org.fhiranchor.bench;

import java.math.BigInteger;
import java.time.Instant;
import org.fhiranchor.consent.decide.ConsentResourceId;
import org.fhiranchor.consent.decide.PatientId;
import org.fhiranchor.interceptors.consent.following.ConsentLinks;
import org.fhiranchor.interceptors.consent.following.SubjectKey;
import org.fhiranchor.interceptors.consent.operations.ConsentRelay;
import org.fhiranchor.interceptors.consent.operations.Signing;
import org.fhiranchor.ledger.Bytes;
import org.fhiranchor.ledger.ConsentLedger;
import org.fhiranchor.ledger.ConsentRevocation;
import org.fhiranchor.ledger.evm.ConsentTypedData;
import org.fhiranchor.ledger.evm.PatientKey;
import org.springframework.context.ApplicationContext;

/** Revokes past the server: a transaction to the contract, signed with the patient's key. */
record LedgerRevocation(
    Signing signing, ConsentLinks links, ConsentLedger ledger, ConsentRelay.Parts relay) {
  private static final int VALID_SECONDS = 600;

  static LedgerRevocation on(ApplicationContext server) {
    return new LedgerRevocation(
        server.getBean(Signing.class),
        server.getBean(ConsentLinks.class),
        server.getBean(ConsentLedger.class),
        server.getBean(ConsentRelay.Parts.class));
  }

  /** Returns once it is in the queue. */
  void revoke(String patient, String consent) {
    PatientId grantor = new PatientId(patient);
    SubjectKey bound = signing.keys().current(grantor).orElseThrow();
    PatientKey key = signing.custody().orElseThrow().open(grantor, bound.sealed().orElseThrow());
    BigInteger deadline =
        BigInteger.valueOf(Instant.now().plusSeconds(VALID_SECONDS).getEpochSecond());
    ConsentRevocation revocation =
        new ConsentRevocation(
            links.find(new ConsentResourceId(consent)).orElseThrow().ledgerId(),
            key.address(),
            deadline);
    Bytes signature = key.sign(ConsentTypedData.of(ledger.domain(), revocation).digest());
    relay.queue().add(ledger.revoke(revocation, signature), Instant.now());
    relay.sending().run();
  }
}
