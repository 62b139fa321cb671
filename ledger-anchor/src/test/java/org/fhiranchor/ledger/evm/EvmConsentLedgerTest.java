package org.fhiranchor.ledger.evm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.fhiranchor.ledger.Address;
import org.fhiranchor.ledger.Block;
import org.fhiranchor.ledger.Bytes;
import org.fhiranchor.ledger.ConsentChange;
import org.fhiranchor.ledger.ConsentGrant;
import org.fhiranchor.ledger.ConsentId;
import org.fhiranchor.ledger.ConsentKey;
import org.fhiranchor.ledger.ConsentPeriod;
import org.fhiranchor.ledger.ConsentRevocation;
import org.fhiranchor.ledger.LedgerCall;
import org.fhiranchor.ledger.LedgerConsent;
import org.fhiranchor.ledger.LedgerConsent.Status;
import org.fhiranchor.ledger.LedgerConsents;
import org.fhiranchor.ledger.LedgerRejectedException;
import org.fhiranchor.ledger.LedgerRejectedException.Reason;
import org.fhiranchor.ledger.TransactionHash;
import org.fhiranchor.merkle.Digest;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class EvmConsentLedgerTest {
  private static final BigInteger NO_DEADLINE = BigInteger.TWO.pow(256).subtract(BigInteger.ONE);
  private static final Digest TERMS = digest("terms");

  /** A wallet that calls every signature its own: returns the ERC-1271 magic value. */
  private static final String AGREEABLE = "0x631626ba7e60e01b60005260206000f3";

  @TempDir static Path folder;
  static TestChain chain;
  static EvmConsentLedger ledger;
  static PatientKey patient;

  @BeforeAll
  static void start() {
    chain = TestChain.start(folder);
    ledger = chain.consentLedger();
    patient = PatientKey.of(Bytes.of(digest("patient key").bytes()));
  }

  @AfterAll
  static void stop() {
    chain.close();
  }

  private static Digest digest(String text) {
    return Digest.sha256(text.getBytes(StandardCharsets.UTF_8));
  }

  private static ConsentGrant grant(String name) {
    return grant(name, patient.address(), ConsentPeriod.ALWAYS);
  }

  private static ConsentGrant grant(String name, Address grantor, ConsentPeriod period) {
    return new ConsentGrant(new ConsentId(digest(name)), TERMS, grantor, period, NO_DEADLINE);
  }

  private static TransactionHash relay(ConsentGrant grant, Bytes signature) {
    TransactionHash hash = chain.relay(ledger.grant(grant, signature));
    assertThat(chain.mined(hash).succeeded()).isTrue();
    return hash;
  }

  private static TransactionHash relayRevocation(ConsentGrant grant) {
    TransactionHash hash = chain.relay(ledger.revoke(revocation(grant), signed(revocation(grant))));
    assertThat(chain.mined(hash).succeeded()).isTrue();
    return hash;
  }

  private static Bytes signed(ConsentGrant grant) {
    return patient.sign(ConsentTypedData.of(ledger.domain(), grant).digest());
  }

  private static ConsentRevocation revocation(ConsentGrant grant) {
    return new ConsentRevocation(grant.id(), grant.grantor(), NO_DEADLINE);
  }

  private static Bytes signed(ConsentRevocation revocation) {
    return patient.sign(ConsentTypedData.of(ledger.domain(), revocation).digest());
  }

  @Test
  @DisplayName("CR-2 relays what the patient signed, and CR-3 tells of it")
  void grantsAndRevokes() {
    ConsentPeriod period =
        new ConsentPeriod(
            Optional.of(Instant.parse("2026-01-01T00:00:00Z")),
            Optional.of(Instant.parse("2027-01-01T00:00:00Z")));
    ConsentGrant grant = grant("grants", patient.address(), period);
    long before = ledger.latest().number();
    assertThat(ledger.stateOf(grant.key())).isEqualTo(LedgerConsent.NONE);

    TransactionHash granted = relay(grant, signed(grant));
    long block = chain.inclusion(granted).orElseThrow().block().number();
    Optional<Bytes> hash = Optional.of(ledger.grantHash(TERMS, period));
    assertThat(ledger.stateOf(grant.key()))
        .isEqualTo(new LedgerConsent(Status.GRANTED, Optional.of(block), hash));

    assertThat(hash).isNotEqualTo(Optional.of(ledger.grantHash(TERMS, ConsentPeriod.ALWAYS)));
    assertThat(hash).isNotEqualTo(Optional.of(ledger.grantHash(digest("other"), period)));

    TransactionHash revoked = relayRevocation(grant);
    assertThat(ledger.stateOf(grant.key()))
        .isEqualTo(new LedgerConsent(Status.REVOKED, Optional.of(block), hash));
    assertEvents(before + 1, grant, period, granted, revoked);
  }

  private static void assertEvents(
      long from,
      ConsentGrant grant,
      ConsentPeriod period,
      TransactionHash granted,
      TransactionHash revoked) {
    List<ConsentChange> changes = ledger.changes(from, ledger.latest().number());
    assertThat(changes).extracting(ConsentChange::key).containsOnly(grant.key());
    assertThat(ledger.revocations(from, ledger.latest().number()))
        .isEqualTo(ConsentChange.revocations(changes))
        .hasSize(1);
    assertThat(changes)
        .satisfiesExactly(
            first -> {
              assertThat(first).isInstanceOf(ConsentChange.Granted.class);
              assertThat(((ConsentChange.Granted) first).period()).isEqualTo(period);
              assertThat(((ConsentChange.Granted) first).termsHash()).isEqualTo(TERMS);
              assertThat(first.place().transaction()).isEqualTo(granted);
              assertThat(ledger.block(first.place().block().number()).orElseThrow().ref())
                  .isEqualTo(first.place().block());
            },
            second -> {
              assertThat(second).isInstanceOf(ConsentChange.Revoked.class);
              assertThat(second.place().transaction()).isEqualTo(revoked);
            });
  }

  @Test
  @DisplayName("CR-1 names the state when a consent is granted twice, or again after a revocation")
  void neverGrantsTwice() {
    ConsentGrant grant = grant("twice");
    Bytes signature = signed(grant);
    relay(grant, signature);
    assertThatThrownBy(() -> ledger.grant(grant, signature))
        .isInstanceOfSatisfying(
            LedgerRejectedException.class,
            refused -> assertThat(refused.reason()).isEqualTo(Reason.REVERTED))
        .hasMessageContaining("ConsentNotNew");
    relayRevocation(grant);
    assertThatThrownBy(() -> ledger.grant(grant, signature)).hasMessageContaining("state=2");
  }

  @Test
  @DisplayName("CR-1 lets a revocation that comes first win")
  void revokesBeforeTheGrant() {
    ConsentGrant grant = grant("first");
    relayRevocation(grant);
    assertThat(ledger.stateOf(grant.key()))
        .isEqualTo(new LedgerConsent(Status.REVOKED, Optional.empty(), Optional.empty()));
    assertThatThrownBy(() -> ledger.grant(grant, signed(grant)))
        .hasMessageContaining("ConsentNotNew");
  }

  @Test
  @DisplayName("TX-7 a revocation is made ready while the ledger is away")
  void revokesWithoutTheLedger() {
    ConsentGrant grant = grant("away");
    try (EvmClient nobody =
        EvmClient.connect(URI.create("http://127.0.0.1:1"), Duration.ofSeconds(2))) {
      EvmConsentLedger away = new EvmConsentLedger(nobody, ledger.domain(), Address.ZERO);
      LedgerCall call = away.revoke(revocation(grant), signed(revocation(grant)));
      assertThat(call).isEqualTo(ledger.revoke(revocation(grant), signed(revocation(grant))));
      assertThat(chain.mined(chain.relay(call)).succeeded()).isTrue();
    }
    assertThat(ledger.stateOf(grant.key()).status()).isEqualTo(Status.REVOKED);
  }

  @Test
  @DisplayName("CR-2 relays nothing that someone else signed")
  void refusesAForgedGrant() {
    ConsentGrant grant = grant("forged", chain.stranger().address(), ConsentPeriod.ALWAYS);
    assertThatThrownBy(() -> ledger.grant(grant, signed(grant)))
        .hasMessageContaining("InvalidSignature(grantor=" + chain.stranger().address());
  }

  @Test
  @DisplayName("CR-2 relays nothing past its deadline")
  void refusesAnExpiredSignature() {
    ConsentGrant late =
        new ConsentGrant(
            new ConsentId(digest("late")),
            TERMS,
            patient.address(),
            ConsentPeriod.ALWAYS,
            BigInteger.ONE);
    assertThatThrownBy(() -> ledger.grant(late, signed(late)))
        .hasMessageContaining("SignatureExpired(deadline=1");
  }

  @Test
  @DisplayName("CR-2 knows a key's signature and a wallet's (ERC-1271)")
  void knowsWhoSigned() {
    Digest digest = digest("anything");
    Bytes signature = patient.sign(digest);
    Address wallet = Address.parse("0x" + "77".repeat(20));
    assertThat(ledger.isSignedBy(patient.address(), digest, signature)).isTrue();
    assertThat(ledger.isSignedBy(chain.stranger().address(), digest, signature)).isFalse();
    assertThat(ledger.isSignedBy(wallet, digest, signature)).isFalse();
    assertThat(ledger.isSignedBy(chain.anchorContract(), digest, signature)).isFalse();
    chain.anvil("anvil_setCode", wallet.hex(), AGREEABLE);
    assertThat(ledger.isSignedBy(wallet, digest, Bytes.EMPTY)).isTrue();
    assertThat(ledger.isSignedByKey(patient.address(), digest, signature)).isTrue();
    assertThat(ledger.isSignedByKey(wallet, digest, signature)).isFalse();
    assertThat(ledger.isSignedByKey(wallet, digest, Bytes.EMPTY)).isFalse();

    ConsentGrant grant = grant("wallet", wallet, ConsentPeriod.ALWAYS);
    relay(grant, Bytes.EMPTY);
    assertThat(ledger.stateOf(grant.key()).status()).isEqualTo(Status.GRANTED);
  }

  @Test
  void knowsNothingOfAConsentThatNobodyMadeAndOfAnEmptyRange() {
    assertThat(ledger.stateOf(new ConsentKey(Address.ZERO, new ConsentId(TERMS))).status())
        .isEqualTo(Status.NONE);
    assertThat(ledger.changes(0, 0)).isEmpty();
    assertThatThrownBy(() -> ledger.changes(2, 1)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> ledger.changes(0, 10_000))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("want 1 to 10000 blocks");
    assertThat(ledger.changes(0, 9_999)).isNotNull();
  }

  @Test
  @DisplayName("FOL-9 takes and refuses the same signatures as the contract")
  void agreesWithTheContractOnSignatures() {
    List<Integer> lengths = List.of(0, 32, 63, 65, 66, 130);
    for (int form = 0; form < 4 + lengths.size(); form++) {
      ConsentGrant grant = grant("form " + form);
      byte[] whole = signed(grant).toArray();
      Bytes signature =
          form < 4 ? inForm(form, whole) : Bytes.of(Arrays.copyOf(whole, lengths.get(form - 4)));
      Digest digest = ConsentTypedData.of(ledger.domain(), grant).digest();
      assertThat(ledger.isSignedBy(patient.address(), digest, signature))
          .as("form %d", form)
          .isEqualTo(isTaken(grant, signature))
          .isEqualTo(form < 3 || form == 7);
    }
  }

  private static boolean isTaken(ConsentGrant grant, Bytes signature) {
    try {
      relay(grant, signature);
      return true;
    } catch (LedgerRejectedException refused) {
      assertThat(refused).hasMessageContaining("InvalidSignature");
      return false;
    }
  }

  /** v as 27 and 28, as 0 and 1, in the highest bit of s, and as 2 and 3. */
  private static Bytes inForm(int form, byte[] whole) {
    byte[] other = whole.clone();
    if (form == 1) {
      other[64] = (byte) (other[64] - 27);
    } else if (form == 2) {
      other[32] = (byte) (other[32] | (other[64] - 27) << 7);
      return Bytes.of(Arrays.copyOf(other, 64));
    } else if (form == 3) {
      other[64] = (byte) (other[64] - 25);
    }
    return Bytes.of(other);
  }

  @Test
  @DisplayName("FOL-9 an account with code no longer speaks through its key, here as there")
  void asksAnAccountWithCode() {
    PatientKey key = PatientKey.of(Bytes.of(digest("moved to a wallet").bytes()));
    ConsentGrant grant = grant("moved", key.address(), ConsentPeriod.ALWAYS);
    Digest digest = ConsentTypedData.of(ledger.domain(), grant).digest();
    assertThat(ledger.isSignedBy(key.address(), digest, key.sign(digest))).isTrue();
    chain.anvil("anvil_setCode", key.address().hex(), "0x00");
    assertThat(ledger.isSignedBy(key.address(), digest, key.sign(digest))).isFalse();
    assertThatThrownBy(() -> ledger.grant(grant, key.sign(digest)))
        .hasMessageContaining("InvalidSignature");
  }

  @Test
  @DisplayName("FOL-6 reads numbers and states at a block, not at the newest one")
  void readsStatesAtABlock() {
    ConsentGrant grant = grant("pinned");
    Block before = ledger.latest();
    long number = ledger.lastNumber(before.ref());
    relay(grant, signed(grant));
    relayRevocation(grant);
    Block after = ledger.latest();
    assertThat(ledger.lastNumber(before.ref())).isEqualTo(number);
    assertThat(ledger.lastNumber(after.ref())).isEqualTo(number + 2);
    ConsentKey nobody = new ConsentKey(Address.ZERO, grant.id());
    List<ConsentKey> keys = List.of(grant.key(), nobody);
    assertThat(ledger.statesOf(before.ref(), keys).of(grant.key())).isEqualTo(LedgerConsent.NONE);
    LedgerConsents states = ledger.statesOf(after.ref(), keys);
    assertThat(states.lastNumber()).isEqualTo(number + 2);
    assertThat(states.of(grant.key())).isEqualTo(ledger.stateOf(grant.key()));
    assertThat(states.of(nobody)).isEqualTo(LedgerConsent.NONE);
    assertThat(ledger.changes(before.number() + 1, after.number()))
        .extracting(ConsentChange::number)
        .containsExactly(number + 1, number + 2);
  }

  @Test
  @DisplayName("FOL-8 finds the block that deployed the contract")
  void findsItsFirstBlock() {
    long first = ledger.firstBlock();
    assertThat(first).isEqualTo(2);
    assertThat(ledger.changes(0, first)).isEmpty();
  }
}
