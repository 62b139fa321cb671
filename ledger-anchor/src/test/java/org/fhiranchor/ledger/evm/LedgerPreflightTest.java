package org.fhiranchor.ledger.evm;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.fhiranchor.ledger.Address;
import org.fhiranchor.ledger.ChainId;
import org.fhiranchor.ledger.LogId;
import org.fhiranchor.ledger.evm.LedgerPreflight.Expected;
import org.fhiranchor.ledger.evm.LedgerPreflight.Kind;
import org.fhiranchor.ledger.evm.LedgerPreflight.Problem;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LedgerPreflightTest {
  private static final Address NOBODY = Address.parse("0x" + "99".repeat(20));

  private static final Address NOBODY_ELSE = Address.parse("0x" + "98".repeat(20));

  @TempDir static Path folder;
  static TestChain chain;
  static LogId logId;

  @BeforeAll
  static void start() {
    chain = TestChain.start(folder);
    logId = chain.deployer().register(chain.anchorContract(), TestTree.key("preflight.test"));
  }

  @AfterAll
  static void stop() {
    chain.close();
  }

  private static List<Problem> check(TransactionSigner signer, Expected expected) {
    return new LedgerPreflight(chain.client(), signer, chain.fees()).check(expected);
  }

  private static Expected expected() {
    return new Expected(
        new ChainId(31337), chain.anchorContract(), Optional.of(chain.consentContract()), logId);
  }

  @Test
  @DisplayName("TX-6 has nothing to say about a ledger that is set up")
  void isContent() {
    assertThat(check(chain.signer(), expected())).isEmpty();
  }

  @Test
  @DisplayName("TX-6 names a wrong chain, and nothing that would follow from it")
  void namesAWrongChain() {
    Expected wrong = new Expected(new ChainId(1), NOBODY, Optional.of(NOBODY), logId);
    assertThat(check(chain.signer(), wrong))
        .singleElement()
        .satisfies(
            problem -> {
              assertThat(problem.kind()).isEqualTo(Kind.WRONG_CHAIN);
              assertThat(problem.message())
                  .contains("is chain 31337, not 1", "anchor.ledger.chain-id");
            });
  }

  @Test
  @DisplayName("TX-6 names an address without a contract")
  void namesAMissingContract() {
    Expected missing = new Expected(new ChainId(31337), NOBODY, Optional.of(NOBODY), logId);
    assertThat(check(chain.signer(), missing))
        .extracting(Problem::kind)
        .containsExactly(Kind.NO_CONTRACT, Kind.NO_CONTRACT);
    assertThat(check(chain.signer(), missing))
        .allSatisfy(problem -> assertThat(problem.message()).contains("make deploy-contracts"));
  }

  @Test
  @DisplayName("TX-6 names a contract that is another one")
  void namesAnotherContract() {
    Address swappedAnchor = chain.consentContract();
    Address swappedConsent = chain.anchorContract();
    Expected swapped =
        new Expected(new ChainId(31337), swappedAnchor, Optional.of(swappedConsent), logId);
    assertThat(check(chain.signer(), swapped))
        .extracting(Problem::kind)
        .containsExactly(Kind.NO_CONTRACT, Kind.NO_CONTRACT);
  }

  @Test
  @DisplayName("TX-6 names an account without funds and a log of another owner, at once")
  void namesTheOwnerAndTheFunds() {
    assertThat(check(chain.stranger(), expected()))
        .extracting(Problem::kind)
        .containsExactly(Kind.NO_FUNDS, Kind.OTHER_OWNER);
    chain.fund(chain.stranger().address(), BigInteger.TEN.pow(18));
    assertThat(check(chain.stranger(), expected()))
        .singleElement()
        .satisfies(
            problem ->
                assertThat(problem.message())
                    .contains(chain.signer().address().hex(), chain.stranger().address().hex()));
  }

  @Test
  @DisplayName("TX-6 names a log that nobody registered")
  void namesAnUnknownLog() {
    LogId unknown = ContractDeployer.logId(chain.signer().address(), TestTree.key("no.test"));
    Expected expected =
        new Expected(
            new ChainId(31337),
            chain.anchorContract(),
            Optional.of(chain.consentContract()),
            unknown);
    assertThat(check(chain.signer(), expected))
        .extracting(Problem::kind)
        .containsExactly(Kind.NOT_REGISTERED);
  }

  @Test
  @DisplayName("FOL-7 names a consent contract of an earlier version, and what to do")
  void namesAnOldContract() {
    Address old = OldConsentContract.on(chain, NOBODY_ELSE);
    Expected expected =
        new Expected(new ChainId(31337), chain.anchorContract(), Optional.of(old), logId);
    assertThat(check(chain.signer(), expected))
        .singleElement()
        .satisfies(
            problem -> {
              assertThat(problem.kind()).isEqualTo(Kind.OLD_CONTRACT);
              assertThat(problem.message())
                  .contains(
                      old.hex(),
                      "make deploy-contracts",
                      "anchor.ledger.consent-contract",
                      "granted again");
            });
  }
}
