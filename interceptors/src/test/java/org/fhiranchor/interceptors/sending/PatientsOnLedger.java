package org.fhiranchor.interceptors.sending;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Instant;
import org.fhiranchor.ledger.Bytes;
import org.fhiranchor.ledger.ConsentDomain;
import org.fhiranchor.ledger.ConsentGrant;
import org.fhiranchor.ledger.ConsentId;
import org.fhiranchor.ledger.ConsentPeriod;
import org.fhiranchor.ledger.ConsentRevocation;
import org.fhiranchor.ledger.LedgerCall;
import org.fhiranchor.ledger.evm.ConsentTypedData;
import org.fhiranchor.ledger.evm.EvmConsentLedger;
import org.fhiranchor.ledger.evm.PatientKey;
import org.fhiranchor.merkle.Digest;

/** A patient who grants and revokes one consent after the other. */
final class PatientsOnLedger {
  private final PatientKey key = PatientKey.generate(new SecureRandom());
  private final EvmConsentLedger ledger;
  private final String name;

  PatientsOnLedger(EvmConsentLedger ledger, String name) {
    this.ledger = ledger;
    this.name = name;
  }

  ConsentGrant consent(int number) {
    return new ConsentGrant(
        new ConsentId(digest(name + " " + number)),
        digest("terms"),
        key.address(),
        ConsentPeriod.ALWAYS,
        in(3_600));
  }

  private static BigInteger in(long seconds) {
    return BigInteger.valueOf(Instant.now().getEpochSecond() + seconds);
  }

  private static Digest digest(String text) {
    return Digest.sha256(text.getBytes(StandardCharsets.UTF_8));
  }

  LedgerCall grant(int number) {
    ConsentGrant grant = consent(number);
    return ledger.grant(grant, key.sign(ConsentTypedData.of(domain(), grant).digest()));
  }

  LedgerCall revocation(int number) {
    return revocation(number, 3_600);
  }

  LedgerCall revocation(int number, long validSeconds) {
    ConsentGrant grant = consent(number);
    ConsentRevocation revocation =
        new ConsentRevocation(grant.id(), grant.grantor(), in(validSeconds));
    Bytes signature = key.sign(ConsentTypedData.of(domain(), revocation).digest());
    return ledger.revoke(revocation, signature);
  }

  private ConsentDomain domain() {
    return ledger.domain();
  }
}
