package org.fhiranchor.ledger.evm;

import java.math.BigInteger;
import java.time.Duration;
import java.time.InstantSource;
import java.util.function.Supplier;
import org.fhiranchor.ledger.Address;
import org.fhiranchor.ledger.ChainId;
import org.web3j.crypto.ContractUtils;

/**
 * Our contracts on the embedded chain. A key of their own deploys them as its first two
 * transactions, so their addresses follow from the mnemonic alone: a chain that was deleted gets
 * the same contracts at the same addresses, and logs keep their names.
 */
public record EmbeddedContracts(Address anchorRegistry, Address consentRegistry) {
  /**
   * Finds the contracts, or deploys what is missing.
   *
   * @param limit how long each transaction may take until it is mined
   * @throws IllegalStateException when the deploying key was used for anything else
   */
  public static EmbeddedContracts prepare(
      EvmClient client, ChainId chain, Mnemonic mnemonic, Duration limit, InstantSource clock) {
    KeySigner key = mnemonic.signer(Mnemonic.DEPLOYER);
    ContractDeployer deployer =
        new ContractDeployer(client, chain, key, FeePolicy.ofGwei(1_000), limit, clock);
    Address anchor = place(deployer, key, 0, deployer::deployAnchorRegistry);
    return new EmbeddedContracts(anchor, consentRegistry(deployer, key));
  }

  /** A chain of an earlier version has a contract without numbers: the current one comes next. */
  private static Address consentRegistry(ContractDeployer deployer, KeySigner key) {
    long nonce = 1;
    while (isOld(deployer, address(key.address(), nonce))) {
      nonce++;
    }
    return place(deployer, key, nonce, deployer::deployConsentRegistry);
  }

  private static boolean isOld(ContractDeployer deployer, Address contract) {
    return deployer.hasCode(contract) && !deployer.isNumbered(contract);
  }

  private static Address place(
      ContractDeployer deployer, KeySigner key, long nonce, Supplier<Address> deploy) {
    Address want = address(key.address(), nonce);
    if (deployer.hasCode(want)) {
      return want;
    }
    Address got = deploy.get();
    if (!got.equals(want)) {
      throw new IllegalStateException(
          "embedded contracts: want one at "
              + want
              + ", got it at "
              + got
              + "; the deploying key was used elsewhere, delete the chain's folder");
    }
    return got;
  }

  private static Address address(Address deployer, long nonce) {
    return Address.parse(
        ContractUtils.generateContractAddress(deployer.hex(), BigInteger.valueOf(nonce)));
  }
}
