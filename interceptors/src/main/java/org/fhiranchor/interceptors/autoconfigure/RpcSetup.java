package org.fhiranchor.interceptors.autoconfigure;

import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.stream.Collectors;
import org.fhiranchor.ledger.LedgerUnavailableException;
import org.fhiranchor.ledger.evm.ContractDeployer;
import org.fhiranchor.ledger.evm.EvmClient;
import org.fhiranchor.ledger.evm.FeePolicy;
import org.fhiranchor.ledger.evm.LedgerPreflight;
import org.fhiranchor.ledger.evm.LedgerPreflight.Kind;
import org.fhiranchor.ledger.evm.LedgerPreflight.Problem;
import org.fhiranchor.ledger.evm.TransactionSigner;
import org.fhiranchor.merkle.LogVerifierKey;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Looks an existing network over before anything is sent to it (TX-6), and registers the log. */
record RpcSetup(EvmClient client, TransactionSigner signer, FeePolicy fees) {
  private static final Logger LOG = LoggerFactory.getLogger(RpcSetup.class);
  private static final Duration MINED_WITHIN = Duration.ofSeconds(60);

  /**
   * A ledger that does not answer is no reason not to start: writes are recorded and wait.
   *
   * @throws IllegalStateException naming everything that is wrong and what to do
   */
  void prepare(LedgerPreflight.Expected expected, LogVerifierKey key) {
    try {
      List<Problem> problems = new LedgerPreflight(client, signer, fees).check(expected);
      if (problems.stream().map(Problem::kind).toList().equals(List.of(Kind.NOT_REGISTERED))) {
        new ContractDeployer(
                client, expected.chainId(), signer, fees, MINED_WITHIN, InstantSource.system())
            .register(expected.anchorContract(), key);
      } else if (!problems.isEmpty()) {
        throw new IllegalStateException(
            problems.stream().map(Problem::message).collect(Collectors.joining("; ")));
      }
    } catch (LedgerUnavailableException away) {
      LOG.warn("the ledger does not answer, starting without it", away);
    }
  }
}
