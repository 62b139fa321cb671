package org.fhiranchor.ledger.consent;

import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.fhiranchor.ledger.Address;
import org.fhiranchor.ledger.Block;
import org.fhiranchor.ledger.BlockRef;
import org.fhiranchor.ledger.Bytes;
import org.fhiranchor.ledger.ConsentChange;
import org.fhiranchor.ledger.ConsentDomain;
import org.fhiranchor.ledger.ConsentGrant;
import org.fhiranchor.ledger.ConsentKey;
import org.fhiranchor.ledger.ConsentLedger;
import org.fhiranchor.ledger.ConsentPeriod;
import org.fhiranchor.ledger.ConsentRevocation;
import org.fhiranchor.ledger.LedgerCall;
import org.fhiranchor.ledger.LedgerConsent;
import org.fhiranchor.ledger.LedgerConsents;
import org.fhiranchor.ledger.LedgerUnavailableException;
import org.fhiranchor.merkle.Digest;

/**
 * Several nodes of one chain, none of which is believed alone (FOL-6): a revocation counts as soon
 * as one shows it, a grant only when all that answer do, and when fewer than needed answer there is
 * no answer. What is to be sent is tried on the first.
 */
public final class ConsentLedgerNodes implements ConsentLedger, AutoCloseable {
  private static final Duration GRACE = Duration.ofMillis(300);

  /** Blocks past the common head in which single nodes' revocations are looked for. */
  private static final int BLOCKS_PAST = 16;

  private final List<ConsentLedger> ledgers;
  private final int needed;
  private final NodeAnswers nodes;

  /**
   * Asks nothing yet.
   *
   * @param needed nodes that must answer
   * @throws IllegalArgumentException unless that is one of them to all of them
   */
  public ConsentLedgerNodes(List<ConsentLedger> ledgers, int needed) {
    if (needed < 1 || needed > ledgers.size()) {
      throw new IllegalArgumentException(
          "nodes that must answer: want 1 to " + ledgers.size() + ", got " + needed);
    }
    this.ledgers = List.copyOf(ledgers);
    this.needed = needed;
    this.nodes = new NodeAnswers(this.ledgers, needed, GRACE);
  }

  private ConsentLedger first() {
    return ledgers.get(0);
  }

  @Override
  public boolean isOfSeveralNodes() {
    return ledgers.size() > 1;
  }

  /** The highest block that as many nodes as needed have reached. */
  @Override
  public Block latest() {
    List<Block> heads =
        nodes.ask(ConsentLedger::latest).values().stream()
            .sorted(Comparator.comparing(Block::number).reversed())
            .toList();
    long number = heads.get(needed - 1).number();
    return block(number)
        .orElseThrow(() -> new LedgerUnavailableException("ledger: no nodes agree on a head"));
  }

  /**
   * What most nodes have there, and as many as needed. Who is not there yet says nothing against
   * it.
   */
  @Override
  public Optional<Block> block(long number) {
    return agreed(nodes.ask(ledger -> ledger.block(number)).values().stream().toList(), number);
  }

  private Optional<Block> agreed(List<Optional<Block>> answers, long number) {
    Map<Block, Integer> votes = new LinkedHashMap<>();
    answers.stream()
        .flatMap(Optional::stream)
        .forEach(block -> votes.merge(block, 1, Integer::sum));
    int most = votes.values().stream().mapToInt(Integer::intValue).max().orElse(0);
    if (most < needed && answers.stream().filter(Optional::isEmpty).count() >= needed) {
      return Optional.empty();
    }
    List<Block> first =
        votes.entrySet().stream()
            .filter(vote -> vote.getValue() == most)
            .map(Map.Entry::getKey)
            .toList();
    if (most < needed || first.size() > 1) {
      throw new LedgerUnavailableException("ledger: the nodes disagree about block " + number);
    }
    return Optional.of(first.get(0));
  }

  /**
   * The lowest of those that are told, and none where fewer tell one than are needed: no node alone
   * makes a grant final.
   */
  @Override
  public Optional<Block> finalized() {
    List<Block> told =
        nodes.ask(ConsentLedger::finalized).values().stream().flatMap(Optional::stream).toList();
    return told.size() < needed
        ? Optional.empty()
        : told.stream().min(Comparator.comparing(Block::number));
  }

  @Override
  public ConsentDomain domain() {
    return first().domain();
  }

  @Override
  public List<ConsentChange> changes(long fromBlock, long toBlock) {
    Map<Integer, List<ConsentChange>> answers =
        nodes.ask(ledger -> ledger.changes(fromBlock, toBlock));
    Map<ConsentChange, Set<Integer>> shown = new LinkedHashMap<>();
    answers.forEach(
        (node, changes) ->
            changes.forEach(
                change -> shown.computeIfAbsent(change, by -> new HashSet<>()).add(node)));
    Set<Integer> all = answers.keySet();
    return counted(shown, isDisputed(shown, all) ? reaching(toBlock, all) : all);
  }

  private static boolean isDisputed(Map<ConsentChange, Set<Integer>> shown, Set<Integer> all) {
    return shown.entrySet().stream()
        .filter(change -> change.getKey() instanceof ConsentChange.Granted)
        .anyMatch(change -> change.getValue().size() < all.size());
  }

  /** Who lags leaves nothing out; all of them where too few are there. */
  private Set<Integer> reaching(long block, Set<Integer> answered) {
    Set<Integer> there = new HashSet<>(answered);
    Map<Integer, Optional<Block>> has = nodes.ask(ledger -> ledger.block(block));
    has.forEach(
        (node, found) -> {
          if (found.isEmpty()) {
            there.remove(node);
          }
        });
    return there.size() < needed ? answered : there;
  }

  /**
   * Each revocation that one shows, also where two have one number: of two branches both count. A
   * grant that not all show is left out, which its number then tells.
   */
  private static List<ConsentChange> counted(
      Map<ConsentChange, Set<Integer>> shown, Set<Integer> all) {
    return shown.entrySet().stream()
        .filter(
            one -> one.getKey() instanceof ConsentChange.Revoked || one.getValue().containsAll(all))
        .map(Map.Entry::getKey)
        .sorted(Comparator.comparing(ConsentChange::number))
        .toList();
  }

  /** One node's word is enough for each. */
  @Override
  public List<ConsentChange.Revoked> revocations(long fromBlock, long toBlock) {
    return shownByAny(ledger -> ledger.revocations(fromBlock, toBlock));
  }

  @Override
  public List<ConsentChange.Revoked> revocationsPast(Block latest) {
    long from = latest.number() + 1;
    return shownByAny(
        ledger -> {
          long head = ledger.latest().number();
          return head < from
              ? List.of()
              : ledger.revocations(from, Math.min(head, from + BLOCKS_PAST - 1));
        });
  }

  private List<ConsentChange.Revoked> shownByAny(
      Function<ConsentLedger, List<ConsentChange.Revoked>> question) {
    return nodes.ask(question).values().stream().flatMap(List::stream).distinct().toList();
  }

  /** The largest that is told: a node that tells less has an older state. */
  @Override
  public long lastNumber(BlockRef at) {
    return nodes.ask(ledger -> ledger.lastNumber(at)).values().stream()
        .mapToLong(Long::longValue)
        .max()
        .orElseThrow();
  }

  @Override
  public LedgerConsents statesOf(BlockRef at, List<ConsentKey> keys) {
    List<LedgerConsents> answers =
        List.copyOf(nodes.ask(ledger -> ledger.statesOf(at, keys)).values());
    long newest = answers.stream().mapToLong(LedgerConsents::lastNumber).max().orElseThrow();
    List<LedgerConsents> newer =
        answers.stream().filter(answer -> answer.lastNumber() == newest).toList();
    nodes.require(newer.size(), List.of("the others have an older state"));
    Map<ConsentKey, LedgerConsent> states = new HashMap<>();
    keys.forEach(key -> states.put(key, joined(newer.stream().map(one -> one.of(key)).toList())));
    return new LedgerConsents(newest, states);
  }

  private static LedgerConsent joined(List<LedgerConsent> said) {
    return said.stream()
        .filter(one -> one.status() == LedgerConsent.Status.REVOKED)
        .findFirst()
        .orElseGet(() -> said.stream().distinct().count() == 1 ? said.get(0) : LedgerConsent.NONE);
  }

  @Override
  public Bytes grantHash(Digest termsHash, ConsentPeriod period) {
    return first().grantHash(termsHash, period);
  }

  /** The earliest that is told: what is before it is empty, what is after it would be missed. */
  @Override
  public long firstBlock() {
    return nodes.ask(ConsentLedger::firstBlock).values().stream()
        .collect(Collectors.minBy(Comparator.naturalOrder()))
        .orElseThrow();
  }

  @Override
  public LedgerConsent stateOf(ConsentKey key) {
    return joined(List.copyOf(nodes.ask(ledger -> ledger.stateOf(key)).values()));
  }

  @Override
  public boolean isSignedBy(Address signer, Digest digest, Bytes signature) {
    return nodes.ask(ledger -> ledger.isSignedBy(signer, digest, signature)).values().stream()
        .allMatch(Boolean::booleanValue);
  }

  @Override
  public boolean isSignedByKey(Address signer, Digest digest, Bytes signature) {
    return first().isSignedByKey(signer, digest, signature);
  }

  @Override
  public LedgerCall grant(ConsentGrant grant, Bytes signature) {
    return first().grant(grant, signature);
  }

  @Override
  public LedgerCall revoke(ConsentRevocation revocation, Bytes signature) {
    return first().revoke(revocation, signature);
  }

  @Override
  public void close() {
    nodes.close();
  }
}
