// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IERC7913SignatureVerifier} from "@openzeppelin/contracts/interfaces/IERC7913.sol";
import {WebAuthn} from "@openzeppelin/contracts/utils/cryptography/WebAuthn.sol";

/// @title What a passkey signed (ERC-7913 verifier of WebAuthn assertions)
/// @notice The challenge is the hash itself, so that a fingerprint signs exactly what was shown. The user must have been
/// verified, by finger, face or PIN: whoever finds a signed assertion may relay it, so nothing less may be signed.
/// @dev The key is x ‖ y ‖ SHA-256 of the relying party's id, 96 bytes: a key made for one site signs for no other. The
/// signature is abi.encode(r, s, challengeIndex, typeIndex, authenticatorData, clientDataJSON) with the lower s. The
/// origin in clientDataJSON is for the server to check, which knows the sites. Stateless.
contract PasskeyVerifier is IERC7913SignatureVerifier {
    /// @inheritdoc IERC7913SignatureVerifier
    function verify(bytes calldata key, bytes32 hash, bytes calldata signature) external view returns (bytes4) {
        (bool decoded, WebAuthn.WebAuthnAuth calldata auth) = WebAuthn.tryDecodeAuth(signature);
        bool signed = decoded && key.length == 96 && auth.authenticatorData.length >= 37
            && bytes32(auth.authenticatorData[:32]) == bytes32(key[64:])
            && WebAuthn.verify(abi.encodePacked(hash), auth, bytes32(key[:32]), bytes32(key[32:64]), true);
        return signed ? IERC7913SignatureVerifier.verify.selector : bytes4(0xFFFFFFFF);
    }
}
