package org.fhiranchor.interceptors.autoconfigure;

import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.stream.Collectors;
import org.fhiranchor.interceptors.start.StartRefusedException;
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
   * Looks it over and registers nothing. A ledger that does not answer is left to {@link #prepare}.
   *
   * @throws StartRefusedException naming everything that is wrong and what to do
   */
  void check(LedgerPreflight.Expected expected) {
    try {
      refuse(
          new LedgerPreflight(client, signer, fees)
              .check(expected).stream()
                  .filter(problem -> problem.kind() != Kind.NOT_REGISTERED)
                  .toList());
    } catch (LedgerUnavailableException away) {
      LOG.debug("the ledger does not answer yet", away);
    }
  }

  private static void refuse(List<Problem> problems) {
    if (!problems.isEmpty()) {
      throw new StartRefusedException(
          problems.stream().map(Problem::message).collect(Collectors.joining("; ")));
    }
  }

  /**
   * A ledger that does not answer is no reason not to start: writes are recorded and wait.
   *
   * @throws StartRefusedException naming everything that is wrong and what to do
   */
  void prepare(LedgerPreflight.Expected expected, LogVerifierKey key) {
    try {
      List<Problem> problems = new LedgerPreflight(client, signer, fees).check(expected);
      if (problems.stream().map(Problem::kind).toList().equals(List.of(Kind.NOT_REGISTERED))) {
        new ContractDeployer(
                client, expected.chainId(), signer, fees, MINED_WITHIN, InstantSource.system())
            .register(expected.anchorContract(), key);
      } else {
        refuse(problems);
      }
    } catch (LedgerUnavailableException away) {
      LOG.warn("the ledger does not answer, starting without it", away);
    }
  }
}
