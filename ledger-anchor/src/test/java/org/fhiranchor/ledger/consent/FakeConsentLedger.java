package org.fhiranchor.ledger.consent;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.fhiranchor.ledger.Address;
import org.fhiranchor.ledger.Block;
import org.fhiranchor.ledger.BlockRef;
import org.fhiranchor.ledger.Bytes;
import org.fhiranchor.ledger.ChainId;
import org.fhiranchor.ledger.ConsentChange;
import org.fhiranchor.ledger.ConsentDomain;
import org.fhiranchor.ledger.ConsentGrant;
import org.fhiranchor.ledger.ConsentId;
import org.fhiranchor.ledger.ConsentKey;
import org.fhiranchor.ledger.ConsentLedger;
import org.fhiranchor.ledger.ConsentPeriod;
import org.fhiranchor.ledger.ConsentRevocation;
import org.fhiranchor.ledger.LedgerCall;
import org.fhiranchor.ledger.LedgerConsent;
import org.fhiranchor.ledger.LedgerUnavailableException;
import org.fhiranchor.ledger.TransactionHash;
import org.fhiranchor.merkle.Digest;

/** A chain whose blocks come, go and come back otherwise, as a test says. */
final class FakeConsentLedger implements ConsentLedger {
  static final Instant GENESIS = Instant.parse("2026-11-22T12:00:00Z");
  private static final Address GRANTOR = Address.parse("0x" + "a1".repeat(20));

  private record Mined(Block block, List<ConsentChange> changes) {}

  private final List<Mined> chain = new ArrayList<>();
  private final Set<ConsentKey> everRevoked = new HashSet<>();
  private int made;
  private int maxRange = Integer.MAX_VALUE;
  private boolean away;
  private Runnable beforeChanges = () -> {};

  private final String name;

  FakeConsentLedger(String name) {
    this.name = name;
    mine();
  }

  static ConsentKey key(int number) {
    return new ConsentKey(GRANTOR, new ConsentId(digest("consent " + number)));
  }

  private static Digest digest(String text) {
    return Digest.sha256(text.getBytes(StandardCharsets.UTF_8));
  }

  /** One block with what the functions make at the place they are given. */
  @SafeVarargs
  final Block mine(Function<ConsentChange.Place, ConsentChange>... changes) {
    made++;
    long number = chain.size();
    Digest parent =
        chain.isEmpty() ? digest("none") : chain.get(chain.size() - 1).block().ref().hash();
    BlockRef ref = new BlockRef(number, digest(name + " block " + made));
    List<ConsentChange> inside = new ArrayList<>();
    for (Function<ConsentChange.Place, ConsentChange> change : changes) {
      TransactionHash transaction = new TransactionHash(digest(name + " tx " + made));
      inside.add(change.apply(new ConsentChange.Place(ref, inside.size(), transaction)));
    }
    inside.stream()
        .filter(ConsentChange.Revoked.class::isInstance)
        .forEach(change -> everRevoked.add(change.key()));
    Block block = new Block(ref, parent, GENESIS.plusSeconds(number));
    chain.add(new Mined(block, List.copyOf(inside)));
    return block;
  }

  static Function<ConsentChange.Place, ConsentChange> grant(int consent) {
    return place ->
        new ConsentChange.Granted(
            key(consent), digest("terms " + consent), ConsentPeriod.ALWAYS, place);
  }

  static Function<ConsentChange.Place, ConsentChange> revoke(int consent) {
    return place -> new ConsentChange.Revoked(key(consent), place);
  }

  /** Drops the newest blocks. */
  void drop(int blocks) {
    for (int i = 0; i < blocks && chain.size() > 1; i++) {
      chain.remove(chain.size() - 1);
    }
  }

  void away(boolean now) {
    away = now;
  }

  void maxRange(int blocks) {
    maxRange = blocks;
  }

  /** Something that happens between asking for blocks and asking for their events, once. */
  void beforeNextChanges(Runnable event) {
    beforeChanges = event;
  }

  boolean wasEverRevoked(ConsentKey key) {
    return everRevoked.contains(key);
  }

  List<ConsentChange> canonical() {
    return chain.stream().flatMap(mined -> mined.changes().stream()).toList();
  }

  private void answer() {
    if (away) {
      throw new LedgerUnavailableException("fake ledger: away");
    }
  }

  @Override
  public Block latest() {
    answer();
    return chain.get(chain.size() - 1).block();
  }

  @Override
  public Optional<Block> block(long number) {
    answer();
    return number < chain.size()
        ? Optional.of(chain.get(Math.toIntExact(number)).block())
        : Optional.empty();
  }

  @Override
  public Optional<Block> finalized() {
    return Optional.empty();
  }

  @Override
  public List<ConsentChange> changes(long fromBlock, long toBlock) {
    answer();
    Runnable event = beforeChanges;
    beforeChanges = () -> {};
    event.run();
    if (toBlock - fromBlock >= maxRange) {
      throw new LedgerUnavailableException("fake ledger: range limit exceeded");
    }
    return chain.stream()
        .filter(mined -> mined.block().number() >= fromBlock)
        .filter(mined -> mined.block().number() <= toBlock)
        .flatMap(mined -> mined.changes().stream())
        .toList();
  }

  @Override
  public ConsentDomain domain() {
    return new ConsentDomain(new ChainId(1), GRANTOR);
  }

  @Override
  public LedgerConsent stateOf(ConsentKey key) {
    throw new UnsupportedOperationException("the follower does not ask");
  }

  @Override
  public boolean isGranted(ConsentKey key, Digest termsHash, ConsentPeriod period) {
    throw new UnsupportedOperationException("the follower does not ask");
  }

  @Override
  public boolean isSignedBy(Address signer, Digest digest, Bytes signature) {
    throw new UnsupportedOperationException("the follower does not ask");
  }

  @Override
  public LedgerCall grant(ConsentGrant grant, Bytes signature) {
    throw new UnsupportedOperationException("the follower does not write");
  }

  @Override
  public LedgerCall revoke(ConsentRevocation revocation, Bytes signature) {
    throw new UnsupportedOperationException("the follower does not write");
  }
}
