package org.fhiranchor.interceptors.consent.following;

import java.security.SecureRandom;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.fhiranchor.consent.decide.PatientId;
import org.fhiranchor.interceptors.log.LogStore;
import org.fhiranchor.interceptors.log.PendingLeaf;
import org.fhiranchor.interceptors.log.SaltedRecord;
import org.fhiranchor.ledger.ConsentChange;
import org.fhiranchor.ledger.ConsentKey;
import org.fhiranchor.merkle.Digest;
import org.fhiranchor.merkle.ResourceKey;
import org.fhiranchor.merkle.Salt;
import org.fhiranchor.merkle.Statement;

/** Makes leaves of grants, revocations and key bindings, in the transaction of the caller. */
public final class ConsentJournal {
  static final String REVOKED = "revoked";

  private final LogStore log;
  private final SecureRandom random;
  private final Clock clock;

  /** Writes to this log. */
  public ConsentJournal(LogStore log, SecureRandom random, Clock clock) {
    this.log = log;
    this.random = random;
    this.clock = clock;
  }

  /** The ledger has a grant of a Consent of ours. */
  public void granted(ConsentLink link, ConsentChange.Granted change) {
    Map<String, String> facts = facts(change.key());
    facts.put("termsHash", change.termsHash().hex());
    facts.put("notBefore", change.period().notBeforeSeconds().toString());
    facts.put("notAfter", change.period().notAfterSeconds().toString());
    addPlace(change.place(), facts);
    consentEvent(link, "granted", facts);
  }

  /** A Consent of ours is revoked; without a place while only this server has heard of it. */
  public void revoked(ConsentLink link, ConsentKey key, Optional<ConsentChange.Place> place) {
    Map<String, String> facts = facts(key);
    place.ifPresent(at -> addPlace(at, facts));
    consentEvent(link, REVOKED, facts);
  }

  /** A key speaks for a patient from now on; {@code rotated} when another one did before. */
  public void bound(PatientId patient, SubjectKey key, boolean rotated) {
    Map<String, String> facts = new TreeMap<>();
    facts.put("v", "1");
    facts.put("custody", key.custody());
    facts.put("boundBlock", String.valueOf(key.boundBlock()));
    SaltedRecord record = SaltedRecord.of(facts, Salt.random(random));
    add(
        new Statement.KeyBinding(
            clock.instant(),
            patient.reference(),
            rotated ? "rotated" : "bound",
            key.address().hex(),
            record.digest(),
            Optional.empty()),
        record);
  }

  private static Map<String, String> facts(ConsentKey key) {
    Map<String, String> facts = new TreeMap<>();
    facts.put("v", "1");
    facts.put("ledgerId", key.id().toString());
    facts.put("grantor", key.grantor().hex());
    return facts;
  }

  private static void addPlace(ConsentChange.Place place, Map<String, String> facts) {
    facts.put("block", String.valueOf(place.block().number()));
    facts.put("blockHash", place.block().hash().hex());
    facts.put("transaction", place.transaction().toString());
  }

  private void consentEvent(ConsentLink link, String event, Map<String, String> facts) {
    SaltedRecord record = SaltedRecord.of(facts, Salt.random(random));
    Digest digest = record.digest();
    add(
        new Statement.ConsentEvent(
            clock.instant(),
            link.patient().reference(),
            new ResourceKey("Consent", link.consent().value()),
            event,
            digest,
            Optional.empty()),
        record);
  }

  private void add(Statement statement, SaltedRecord record) {
    log.addPending(new PendingLeaf(statement, Salt.random(random), record.json()));
  }
}
