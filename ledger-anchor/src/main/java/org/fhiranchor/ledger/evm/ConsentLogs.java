package org.fhiranchor.ledger.evm;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Locale;
import java.util.Optional;
import org.fhiranchor.ledger.Address;
import org.fhiranchor.ledger.BlockRef;
import org.fhiranchor.ledger.Bytes;
import org.fhiranchor.ledger.ConsentChange;
import org.fhiranchor.ledger.ConsentId;
import org.fhiranchor.ledger.ConsentKey;
import org.fhiranchor.ledger.ConsentPeriod;
import org.fhiranchor.ledger.LedgerUnavailableException;
import org.fhiranchor.ledger.TransactionHash;

/** Reads the consent registry's events (CR-3). */
final class ConsentLogs {
  private static final String GRANTED =
      AbiCall.topic("ConsentGranted(bytes32,address,bytes32,uint64,uint64,uint64)");

  /** The topic of revocations. */
  static final String REVOKED = AbiCall.topic("ConsentRevoked(bytes32,address,uint64)");

  private ConsentLogs() {}

  /**
   * An event is what the contract says in a block of the range; what a node adds to its answer,
   * such as events of others or events it has taken back (FOL-6), is none.
   */
  static Optional<ConsentChange> read(JsonNode log, Address contract, long from, long to) {
    if (log.path("removed").asBoolean() || !isOf(contract, log)) {
      return Optional.empty();
    }
    return event(log).filter(change -> isInside(change.place().block(), from, to));
  }

  private static boolean isOf(Address contract, JsonNode log) {
    return log.path("address").asText().toLowerCase(Locale.ROOT).equals(contract.hex());
  }

  private static boolean isInside(BlockRef block, long from, long to) {
    return block.number() >= from && block.number() <= to;
  }

  private static Optional<ConsentChange> event(JsonNode log) {
    JsonNode topics = log.path("topics");
    String event = topics.path(0).asText();
    if (event.equals(GRANTED)) {
      Words data = Words.of(Answers.bytes(log.path("data")), 4, "ConsentGranted");
      return Optional.of(
          new ConsentChange.Granted(
              key(topics), data.digest(0), period(data), data.uint64(3), place(log)));
    }
    if (event.equals(REVOKED)) {
      Words data = Words.of(Answers.bytes(log.path("data")), 1, "ConsentRevoked");
      return Optional.of(new ConsentChange.Revoked(key(topics), data.uint64(0), place(log)));
    }
    return Optional.empty();
  }

  private static ConsentPeriod period(Words data) {
    try {
      return new ConsentPeriod(data.number(1), data.number(2));
    } catch (IllegalArgumentException impossible) {
      throw new LedgerUnavailableException("consent event: malformed period", impossible);
    }
  }

  private static ConsentKey key(JsonNode topics) {
    if (topics.size() != 3) {
      throw new LedgerUnavailableException("consent event: want 3 topics, got " + topics.size());
    }
    ConsentId id = new ConsentId(topic(topics, 1).digest(0));
    Address grantor = topic(topics, 2).address(0);
    return new ConsentKey(grantor, id);
  }

  private static Words topic(JsonNode topics, int index) {
    Bytes word = Answers.bytes(topics.path(index));
    return Words.of(word, 1, "consent event's topic");
  }

  private static ConsentChange.Place place(JsonNode log) {
    return new ConsentChange.Place(
        new BlockRef(Answers.number(log, "blockNumber"), Answers.digest(log, "blockHash")),
        Answers.number(log, "logIndex"),
        new TransactionHash(Answers.digest(log, "transactionHash")));
  }
}
