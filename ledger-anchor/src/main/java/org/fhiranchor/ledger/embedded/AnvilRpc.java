package org.fhiranchor.ledger.embedded;

import java.time.Duration;
import org.fhiranchor.ledger.Address;
import org.fhiranchor.ledger.ChainId;

/** What we ask of anvil itself; everything else goes through the ledgers' own ports. */
final class AnvilRpc {
  /** 10,000 ether in wei: what the account is topped up to at each start. */
  private static final String BALANCE = "0x21e19e0c9bab2400000";

  /** Of a chain of many thousand blocks. Given up, anvil would go on with it all the same. */
  private static final Duration DUMP_LIMIT = Duration.ofMinutes(10);

  private final AnvilSocket anvil;

  AnvilRpc(AnvilSocket anvil) {
    this.anvil = anvil;
  }

  void requireChain(ChainId want) {
    String answer = call("eth_chainId", "");
    if (!answer.contains("\"result\":\"0x" + Long.toHexString(want.value()) + "\"")) {
      throw new EmbeddedChainException("embedded chain: want chain id " + want + ", got " + answer);
    }
  }

  void fund(Address account) {
    String answer = call("anvil_setBalance", "\"" + account + "\",\"" + BALANCE + "\"");
    if (answer.contains("\"error\"")) {
      throw new EmbeddedChainException("embedded chain: cannot fund " + account + ": " + answer);
    }
  }

  /** The newest block as the node words it: another wording means that something happened. */
  String latestBlock() {
    return call("eth_getBlockByNumber", "\"latest\",false");
  }

  /** The whole chain: {@code 0x} and the hex digits of gzipped JSON, as its state file has it. */
  String dumpState() {
    String answer = anvil.ask(question("anvil_dumpState", ""), DUMP_LIMIT);
    int start = answer.indexOf("\"0x");
    int end = answer.indexOf('"', start + 1);
    if (start < 0 || end < 0) {
      throw new EmbeddedChainException("embedded chain: anvil does not give its state");
    }
    return answer.substring(start + 1, end);
  }

  private String call(String method, String parameters) {
    return anvil.ask(question(method, parameters));
  }

  private static String question(String method, String parameters) {
    return new LedgerQuestion("1", method, "[" + parameters + "]").json();
  }
}
