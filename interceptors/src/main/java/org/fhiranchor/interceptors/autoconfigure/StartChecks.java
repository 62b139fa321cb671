package org.fhiranchor.interceptors.autoconfigure;

import java.util.function.BooleanSupplier;
import org.fhiranchor.merkle.LogSigningKey;

/**
 * What can be known to be wrong before anything is made (OPS-1): no key, no file and no table yet.
 * A server that asks in its first second refuses a start that would be refused half a minute later.
 */
public final class StartChecks {
  private StartChecks() {}

  /**
   * Looks at the log's key and at the ledger.
   *
   * @param logInDatabase whether the database carries a log; asked only when the key is missing
   * @throws RuntimeException whose message says what is wrong and what to do
   */
  public static void run(AnchorSettings settings, BooleanSupplier logInDatabase) {
    LogKeyFile.check(settings, logInDatabase);
    if (settings.ledger() instanceof AnchorSettings.RpcLedger rpc) {
      LogSigningKey key = LogKeyFile.read(settings);
      LedgerConnection.check(rpc, key.verifierKey(), LedgerConnection.fees(settings));
    } else if (settings.ledger() instanceof AnchorSettings.EmbeddedLedger embedded) {
      LedgerConnection.check(embedded);
    }
  }
}
