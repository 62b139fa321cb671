package org.fhiranchor.interceptors.consent.following;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.stream.Stream;
import org.fhiranchor.interceptors.consent.following.FaultyNode.Call;
import org.fhiranchor.interceptors.consent.following.FaultyNode.Reply;

/**
 * What a node can answer wrongly, and what holds meanwhile: docs/operate/ledger-faults.md has a row
 * for each.
 */
@SuppressWarnings("ImmutableEnumChecker") // functions without state, but for a turn
public enum LedgerFault {
  CLOSED_CONNECTION(During.WAITS, call -> new Reply(200, "x", 0, true)),
  SLOW(During.WAITS, call -> call.truth().after(1_500)),
  TRUNCATED(During.WAITS, call -> call.truth().cutOff()),
  HTML_PAGE(During.WAITS, call -> new Reply(200, "<html><body>Welcome</body></html>", 0, false)),
  TOO_MANY_REQUESTS(During.WAITS, call -> new Reply(429, "slow down", 0, false)),
  BAD_GATEWAY(During.WAITS, call -> new Reply(502, "<html>bad gateway</html>", 0, false)),
  EMPTY_BODY(During.WAITS, call -> new Reply(200, "", 0, false)),
  NO_MEMBERS(During.WAITS, call -> new Reply(200, "{}", 0, false)),
  NULL_RESULTS(During.WAITS, call -> call.result(NullNode.instance)),
  WRONG_TYPES(During.WAITS, call -> call.result(TextNode.valueOf("yes"))),
  INTERNAL_ERRORS(During.WAITS, call -> call.error(-32603, "internal error")),
  RATE_LIMIT(During.WAITS, call -> call.error(-32005, "daily request limit exceeded")),
  UNKNOWN_METHODS(During.WAITS, call -> call.error(-32601, "the method does not exist")),
  HUGE_ANSWERS(
      During.HEARS,
      call ->
          call.is("eth_getLogs")
              ? new Reply(200, " ".repeat(33 << 20) + call.truth().body(), 0, false)
              : call.truth()),

  OLD_STATE(During.HEARS, on("eth_call", LedgerFault::fortyBlocksBack)),
  NO_STATE(During.HEARS, on("eth_call", call -> call.error(-32000, "header not found"))),
  COUNTER_TOO_HIGH(During.HEARS, on("eth_call", call -> counter(call, 1_000))),
  COUNTER_TOO_LOW(During.HEARS, on("eth_call", call -> counter(call, -1))),

  ALL_LOGS_LEFT_OUT(During.HEARS, on("eth_getLogs", call -> call.logs(Stream.empty()))),
  REVOCATIONS_LEFT_OUT(
      During.HEARS, on("eth_getLogs", call -> call.logs(call.logs().filter(log -> !revokes(log))))),
  GRANTS_LEFT_OUT(
      During.HEARS, on("eth_getLogs", call -> call.logs(call.logs().filter(LedgerFault::revokes)))),
  LAST_LOG_LEFT_OUT(
      During.HEARS,
      on(
          "eth_getLogs",
          call -> {
            List<ObjectNode> all = call.logs().toList();
            return call.logs(all.stream().limit(Math.max(all.size() - 1, 0)));
          })),
  LOG_INDEX_LAGS(
      During.HEARS,
      on(
          "eth_getLogs",
          call -> call.logs(call.logs().filter(log -> block(log) < call.head() - 1)))),
  LOGS_TWICE(
      During.HEARS,
      on("eth_getLogs", call -> call.logs(call.logs().flatMap(log -> Stream.of(log, log))))),
  LOGS_BACKWARDS(
      During.HEARS,
      on(
          "eth_getLogs",
          call -> {
            List<ObjectNode> all = new ArrayList<>(call.logs().toList());
            Collections.reverse(all);
            return call.logs(all.stream());
          })),
  TEN_BLOCKS_AT_ONCE(During.HEARS, on("eth_getLogs", call -> limited(call, 10))),
  ONE_BLOCK_AT_ONCE(During.HEARS, on("eth_getLogs", call -> limited(call, 1))),
  NO_LOGS(
      During.HEARS, on("eth_getLogs", call -> call.error(-32601, "eth_getLogs is not available"))),
  PRUNED_HISTORY(
      During.HEARS,
      on(
          "eth_getLogs",
          call ->
              call.from() < call.head() - 1
                  ? call.error(4444, "pruned history unavailable")
                  : call.truth())),

  FOREIGN_REMOVED_LOG(
      During.HEARS,
      on("eth_getLogs", call -> added(call, Map.of("address", foreign(), "removed", true)))),
  FOREIGN_LOG(During.HEARS, on("eth_getLogs", call -> added(call, Map.of("address", foreign())))),
  REMOVED_LOG(During.HEARS, on("eth_getLogs", call -> added(call, Map.of("removed", true)))),
  LOG_OUTSIDE_THE_RANGE(
      During.HEARS, on("eth_getLogs", call -> added(call, Map.of("blockNumber", "0xffffff")))),
  LOG_OF_NO_BLOCK(
      During.HEARS,
      on("eth_getLogs", call -> added(call, Map.of("blockHash", "0x" + "ab".repeat(32))))),
  NUMBER_TWICE(During.HEARS, on("eth_getLogs", call -> added(call, Map.of()))),
  MALFORMED_LOG(During.HEARS, on("eth_getLogs", call -> added(call, Map.of("data", "0x12")))),

  LAGGING(During.WAITS, call -> lagging(call, 3)),
  LAGGING_FAR(During.WAITS, call -> lagging(call, 60)),
  FLAPPING(During.WAITS, call -> turn() % 2 == 0 ? lagging(call, 3) : call.truth()),
  FORKED(During.WAITS, on("eth_getBlockByNumber", call -> forked(call, 3))),
  LOGS_OF_A_FORK(
      During.HEARS,
      on(
          "eth_getLogs",
          call -> call.logs(call.logs().map(log -> log.put("blockHash", "0x" + "cd".repeat(32)))))),
  MISSING_BLOCKS(
      During.WAITS,
      on(
          "eth_getBlockByNumber",
          call -> isNumber(call) ? call.result(NullNode.instance) : call.truth())),
  WRONG_BLOCKS(
      During.WAITS,
      on(
          "eth_getBlockByNumber",
          call ->
              isNumber(call)
                  ? call.result(call.other("eth_getBlockByNumber", "0x1", false))
                  : call.truth())),

  FINALIZED_UNKNOWN(During.HEARS, finalized(call -> call.error(-32602, "unknown block tag"))),
  FINALIZED_MISSING(During.HEARS, finalized(call -> call.result(NullNode.instance))),
  FINALIZED_MOVES_BACK(
      During.HEARS,
      finalized(call -> call.result(call.other("eth_getBlockByNumber", "0x0", false)))),
  FINALIZED_AHEAD(
      During.HEARS,
      finalized(
          call ->
              call.result(
                  ((ObjectNode) call.other("eth_getBlockByNumber", "latest", false))
                      .put("number", "0xffffff")))),
  RECEIPTS_MISSING(
      During.HEARS, on("eth_getTransactionReceipt", call -> call.result(NullNode.instance)));

  /** What becomes of a revocation that is mined meanwhile. */
  public enum During {
    /** It is heard. */
    HEARS,
    /** It is heard afterwards; this node does not say until then that it knows the newest block. */
    WAITS
  }

  /** First topic of ConsentRevoked(bytes32,address,uint64). */
  private static final String REVOKED =
      "0x7d9429bb8d77a461e51d3ff1fd70db69aadd5fa2e259909f35aeebf5c3c7042e";

  private static final AtomicLong TURN = new AtomicLong();

  private final During during;

  @SuppressWarnings("ImmutableEnumChecker") // only lambdas without state
  private final Function<Call, Reply> answer;

  LedgerFault(During during, Function<Call, Reply> answer) {
    this.during = during;
    this.answer = answer;
  }

  /** What becomes of a revocation meanwhile. */
  public During during() {
    return during;
  }

  Reply reply(Call call) {
    return answer.apply(call);
  }

  /** As the table of docs/operate names it. */
  public String title() {
    return name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }

  private static long turn() {
    return TURN.incrementAndGet();
  }

  private static Function<Call, Reply> on(String method, Function<Call, Reply> fault) {
    return call -> call.is(method) ? fault.apply(call) : call.truth();
  }

  private static Function<Call, Reply> finalized(Function<Call, Reply> fault) {
    return call ->
        call.parameter(0).asText().equals("finalized") ? fault.apply(call) : call.truth();
  }

  private static boolean isNumber(Call call) {
    return call.parameter(0).asText().startsWith("0x");
  }

  private static Reply fortyBlocksBack(Call call) {
    String then = "0x" + Long.toHexString(Math.max(call.head() - 40, 0));
    return call.result(call.other("eth_call", call.parameter(0), then));
  }

  /** Of the view that has a single word as its answer. */
  private static Reply counter(Call call, long more) {
    Reply truth = call.truth();
    try {
      JsonNode result = FaultyNode.JSON.readTree(truth.body()).path("result");
      if (result.asText().length() != 66) {
        return truth;
      }
      long number = Long.parseLong(result.asText().substring(2), 16) + more;
      return call.result(TextNode.valueOf("0x%064x".formatted(number)));
    } catch (java.io.IOException unreadable) {
      throw new java.io.UncheckedIOException(unreadable);
    }
  }

  private static boolean revokes(ObjectNode log) {
    return log.path("data").asText().length() == 66;
  }

  private static long block(ObjectNode log) {
    return Long.decode(log.path("blockNumber").asText());
  }

  private static Reply limited(Call call, long blocks) {
    return call.to() - call.from() >= blocks
        ? call.error(-32602, "eth_getLogs is limited to " + blocks + " blocks")
        : call.truth();
  }

  private static String foreign() {
    return "0x" + "66".repeat(20);
  }

  /** A revocation of what every grant in sight granted, made of it. */
  private static Reply added(Call call, Map<String, Object> changes) {
    List<ObjectNode> all = new ArrayList<>(call.logs().toList());
    ObjectNode first = FaultyNode.JSON.createObjectNode();
    JsonNode grants = call.other("eth_getLogs", call.registry().grant().get());
    first.setAll(grants.path(0).<ObjectNode>deepCopy());
    first.withArray("topics").set(0, TextNode.valueOf(REVOKED));
    first.put("data", "0x%064x".formatted(call.registry().lastNumber().getAsLong()));
    first.put("blockNumber", "0x" + Long.toHexString(call.to()));
    first.set(
        "blockHash",
        call.other("eth_getBlockByNumber", "0x" + Long.toHexString(call.to()), false).path("hash"));
    changes.forEach((name, value) -> first.set(name, FaultyNode.JSON.valueToTree(value)));
    all.add(0, first);
    return call.logs(all.stream());
  }

  private static Reply lagging(Call call, int blocks) {
    long head = call.head() - blocks;
    String latest = "0x" + Long.toHexString(head);
    if (call.is("eth_getBlockByNumber")) {
      boolean newer = isNumber(call) && Long.decode(call.parameter(0).asText()) > head;
      return call.parameter(0).asText().equals("latest")
          ? call.result(call.other("eth_getBlockByNumber", latest, false))
          : newer ? call.result(NullNode.instance) : call.truth();
    }
    if (call.is("eth_getLogs")) {
      return call.logs(call.logs().filter(log -> block(log) <= head));
    }
    return call.is("eth_call") && isNewer(call, head)
        ? call.error(-32000, "header not found")
        : call.truth();
  }

  private static boolean isNewer(Call call, long head) {
    String hash = call.parameter(1).path("blockHash").asText();
    return !hash.isEmpty()
        && Long.decode(call.other("eth_getBlockByHash", hash, false).path("number").asText())
            > head;
  }

  private static Reply forked(Call call, int blocks) {
    long head = call.head();
    Reply truth = call.truth();
    try {
      JsonNode block = FaultyNode.JSON.readTree(truth.body()).path("result");
      boolean other =
          block.isObject() && Long.decode(block.path("number").asText()) > head - blocks;
      return other ? call.result(((ObjectNode) block).put("hash", "0x" + "cd".repeat(32))) : truth;
    } catch (java.io.IOException unreadable) {
      throw new java.io.UncheckedIOException(unreadable);
    }
  }
}
