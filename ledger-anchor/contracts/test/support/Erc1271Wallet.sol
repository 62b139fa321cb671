// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {IERC1271} from "@openzeppelin/contracts/interfaces/IERC1271.sol";

import {IConsentRegistry} from "../../src/IConsentRegistry.sol";

/// A grantor that is a contract: one key signs for it, and it can call the registry itself.
contract Erc1271Wallet is IERC1271 {
    address private immutable SIGNER;

    constructor(address signer) {
        SIGNER = signer;
    }

    function isValidSignature(bytes32 digest, bytes calldata signature) external view returns (bytes4) {
        (address signer, ECDSA.RecoverError failure,) = ECDSA.tryRecoverCalldata(digest, signature);
        bool valid = failure == ECDSA.RecoverError.NoError && signer == SIGNER;
        return valid ? IERC1271.isValidSignature.selector : bytes4(0xffffffff);
    }

    function revoke(IConsentRegistry registry, bytes32 consentId) external {
        registry.revoke(consentId);
    }
}

/// Answers a signature check with a revert, with nothing, or with a word that is not the magic value.
contract BrokenWallet {
    enum Way {
        REVERTS,
        ANSWERS_NOTHING,
        ANSWERS_TRUE
    }

    Way private immutable WAY;

    constructor(Way way) {
        WAY = way;
    }

    fallback(bytes calldata) external returns (bytes memory) {
        if (WAY == Way.REVERTS) revert("no");
        return WAY == Way.ANSWERS_NOTHING ? bytes("") : abi.encode(true);
    }
}
