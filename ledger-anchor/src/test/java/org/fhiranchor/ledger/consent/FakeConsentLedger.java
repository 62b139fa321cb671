package org.fhiranchor.ledger.consent;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
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
import org.fhiranchor.ledger.LedgerConsents;
import org.fhiranchor.ledger.LedgerUnavailableException;
import org.fhiranchor.ledger.TransactionHash;
import org.fhiranchor.merkle.Digest;

/** A chain whose blocks come, go and come back otherwise, as a test says. */
final class FakeConsentLedger implements ConsentLedger {
  static final Instant GENESIS = Instant.parse("2026-11-22T12:00:00Z");
  private static final Address GRANTOR = Address.parse("0x" + "a1".repeat(20));

  /** What happens at a place. */
  interface Event {
    ConsentChange at(long number, ConsentChange.Place place);
  }

  private record Mined(Block block, List<ConsentChange> changes) {}

  private final List<Mined> chain = new ArrayList<>();
  private final Set<ConsentKey> everRevoked = new HashSet<>();
  private int made;
  private int maxRange = Integer.MAX_VALUE;
  private boolean away;
  private boolean stateless;
  private boolean isFinal;
  private long leftOut;
  private long countedMore;
  private Runnable beforeChanges = () -> {};
  private Runnable afterLatest = () -> {};

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
  Block mine(Event... changes) {
    made++;
    long number = chain.size();
    Digest parent =
        chain.isEmpty() ? digest("none") : chain.get(chain.size() - 1).block().ref().hash();
    BlockRef ref = new BlockRef(number, digest(name + " block " + made));
    List<ConsentChange> inside = new ArrayList<>();
    long last = lastNumber();
    for (Event change : changes) {
      TransactionHash transaction = new TransactionHash(digest(name + " tx " + made));
      inside.add(
          change.at(
              last + inside.size() + 1, new ConsentChange.Place(ref, inside.size(), transaction)));
    }
    inside.stream()
        .filter(ConsentChange.Revoked.class::isInstance)
        .forEach(change -> everRevoked.add(change.key()));
    Block block = new Block(ref, parent, GENESIS.plusSeconds(number));
    chain.add(new Mined(block, List.copyOf(inside)));
    return block;
  }

  static Event grant(int consent) {
    return (number, place) ->
        new ConsentChange.Granted(
            key(consent), digest("terms " + consent), ConsentPeriod.ALWAYS, number, place);
  }

  static Event revoke(int consent) {
    return (number, place) -> new ConsentChange.Revoked(key(consent), number, place);
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

  /** Something that happens right after the newest block was told, once. */
  void afterNextLatest(Runnable event) {
    afterLatest = event;
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
    Block newest = chain.get(chain.size() - 1).block();
    Runnable event = afterLatest;
    afterLatest = () -> {};
    event.run();
    return newest;
  }

  @Override
  public Optional<Block> block(long number) {
    answer();
    return number < chain.size()
        ? Optional.of(chain.get(Math.toIntExact(number)).block())
        : Optional.empty();
  }

  /** Whether it calls its newest block final; it tells none otherwise. */
  void tellsFinal(boolean yes) {
    isFinal = yes;
  }

  @Override
  public Optional<Block> finalized() {
    return isFinal ? Optional.of(latest()) : Optional.empty();
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
        .filter(change -> change.number() != leftOut)
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

  private long lastNumber() {
    return chain.stream().mapToLong(mined -> mined.changes().size()).sum();
  }

  @Override
  public long lastNumber(BlockRef at) {
    answer();
    return countedMore + upTo(at).mapToLong(mined -> mined.changes().size()).sum();
  }

  private Stream<Mined> upTo(BlockRef at) {
    if (chain.stream().noneMatch(mined -> mined.block().ref().equals(at))) {
      throw new LedgerUnavailableException("fake ledger: no such block");
    }
    return chain.stream().filter(mined -> mined.block().number() <= at.number());
  }

  @Override
  public LedgerConsents statesOf(BlockRef at, List<ConsentKey> keys) {
    answer();
    if (stateless) {
      throw new LedgerUnavailableException("fake ledger: no state");
    }
    Map<ConsentKey, LedgerConsent> states = new HashMap<>();
    upTo(at)
        .flatMap(mined -> mined.changes().stream())
        .filter(change -> keys.contains(change.key()))
        .forEach(change -> states.merge(change.key(), after(change), FakeConsentLedger::then));
    return new LedgerConsents(lastNumber(at), states);
  }

  private LedgerConsent after(ConsentChange change) {
    return change instanceof ConsentChange.Granted granted
        ? new LedgerConsent(
            LedgerConsent.Status.GRANTED,
            Optional.of(granted.place().block().number()),
            Optional.of(grantHash(granted.termsHash(), granted.period())))
        : new LedgerConsent(LedgerConsent.Status.REVOKED, Optional.empty(), Optional.empty());
  }

  private static LedgerConsent then(LedgerConsent before, LedgerConsent now) {
    return now.status() == LedgerConsent.Status.GRANTED
        ? before
        : new LedgerConsent(now.status(), before.grantedBlock(), before.grantHash());
  }

  @Override
  public Bytes grantHash(Digest termsHash, ConsentPeriod period) {
    return Bytes.of(digest(termsHash.hex() + period).bytes());
  }

  @Override
  public long firstBlock() {
    return 0;
  }

  /** Leaves the event with this number out of every answer; 0 for none. */
  void leaveOut(long number) {
    leftOut = number;
  }

  /** Tells of so many events that there are not; fewer than there are below 0. */
  void countMore(long events) {
    countedMore = events;
  }

  /** Cannot tell any state. */
  void stateless(boolean now) {
    stateless = now;
  }

  @Override
  public boolean isSignedBy(Address signer, Digest digest, Bytes signature) {
    throw new UnsupportedOperationException("the follower does not ask");
  }

  @Override
  public boolean isSignedByKey(Address signer, Digest digest, Bytes signature) {
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
