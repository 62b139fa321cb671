// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {SignatureChecker} from "@openzeppelin/contracts/utils/cryptography/SignatureChecker.sol";

import {IConsentRegistry} from "./IConsentRegistry.sol";
import {PasskeyVerifier} from "./PasskeyVerifier.sol";

/// @title The registry of IConsentRegistry, whose comments say what each function guarantees
contract ConsentRegistry is IConsentRegistry, EIP712 {
    /// @dev One slot: a grant writes 20,000 gas once. Terms hash and times would need a second slot, and with it a
    /// relayed grant could not stay under 80,000 gas; their hash binds them just as well.
    struct Consent {
        bytes25 grantHash;
        uint48 grantedBlock;
        State state;
    }

    uint256 private constant MAX_STATES = 1000;

    /// @dev Verifier, x, y, hash of the relying party's id.
    uint256 private constant PASSKEY_LENGTH = 20 + 96;

    bytes32 private constant GRANT_TYPE = keccak256(
        "ConsentGrant(bytes32 consentId,bytes32 termsHash,address grantor,uint64 notBefore,uint64 notAfter,uint256 deadline)"
    );
    bytes32 private constant REVOCATION_TYPE =
        keccak256("ConsentRevocation(bytes32 consentId,address grantor,uint256 deadline)");

    mapping(address grantor => mapping(bytes32 consentId => Consent)) private consents;

    /// @inheritdoc IConsentRegistry
    uint64 public lastNumber;

    /// @inheritdoc IConsentRegistry
    address public immutable passkeyVerifier;

    constructor() EIP712("FHIR Anchor Consent", "1") {
        passkeyVerifier = address(new PasskeyVerifier());
    }

    /// @inheritdoc IConsentRegistry
    function grant(ConsentGrant calldata g, bytes calldata signature) external {
        Consent storage consent = consents[g.grantor][g.consentId];
        if (consent.state != State.NONE) revert ConsentNotNew(g.consentId, consent.state);
        if (g.notBefore >= g.notAfter) revert EmptyPeriod(g.notBefore, g.notAfter);
        requireSigned(g.grantor, grantDigest(g), g.deadline, signature);

        consents[g.grantor][g.consentId] = Consent({
            grantHash: hashOf(g.termsHash, g.notBefore, g.notAfter),
            grantedBlock: uint48(block.number),
            state: State.GRANTED
        });
        emit ConsentGranted(g.consentId, g.grantor, g.termsHash, g.notBefore, g.notAfter, ++lastNumber);
    }

    /// @inheritdoc IConsentRegistry
    function revoke(bytes32 consentId) external {
        revokeFor(msg.sender, consentId);
    }

    /// @inheritdoc IConsentRegistry
    function revokeBySignature(ConsentRevocation calldata r, bytes calldata signature) external {
        requireSigned(r.grantor, revocationDigest(r), r.deadline, signature);
        revokeFor(r.grantor, r.consentId);
    }

    /// @inheritdoc IConsentRegistry
    function stateOf(address grantor, bytes32 consentId)
        external
        view
        returns (State state, uint48 grantedBlock, bytes25 grantHash)
    {
        Consent storage consent = consents[grantor][consentId];
        return (consent.state, consent.grantedBlock, consent.grantHash);
    }

    /// @inheritdoc IConsentRegistry
    function statesOf(address[] calldata grantors, bytes32[] calldata consentIds)
        external
        view
        returns (uint64 number, ConsentState[] memory states)
    {
        uint256 length = grantors.length;
        if (length != consentIds.length || length > MAX_STATES) revert WrongLength(length, consentIds.length);
        states = new ConsentState[](length);
        for (uint256 i = 0; i < length; ++i) {
            Consent storage consent = consents[grantors[i]][consentIds[i]];
            states[i] = ConsentState(consent.state, consent.grantedBlock, consent.grantHash);
        }
        return (lastNumber, states);
    }

    /// @inheritdoc IConsentRegistry
    function isGranted(address grantor, bytes32 consentId, bytes32 termsHash, uint64 notBefore, uint64 notAfter)
        external
        view
        returns (bool)
    {
        Consent storage consent = consents[grantor][consentId];
        return consent.state == State.GRANTED && consent.grantHash == hashOf(termsHash, notBefore, notAfter);
    }

    /// @inheritdoc IConsentRegistry
    function grantDigest(ConsentGrant calldata g) public view returns (bytes32) {
        return _hashTypedDataV4(
            keccak256(
                abi.encode(GRANT_TYPE, g.consentId, g.termsHash, g.grantor, g.notBefore, g.notAfter, g.deadline)
            )
        );
    }

    /// @inheritdoc IConsentRegistry
    function revocationDigest(ConsentRevocation calldata r) public view returns (bytes32) {
        return _hashTypedDataV4(keccak256(abi.encode(REVOCATION_TYPE, r.consentId, r.grantor, r.deadline)));
    }

    function revokeFor(address grantor, bytes32 consentId) private {
        Consent storage consent = consents[grantor][consentId];
        if (consent.state == State.REVOKED) revert AlreadyRevoked(consentId);
        consent.state = State.REVOKED;
        emit ConsentRevoked(consentId, grantor, ++lastNumber);
    }

    function requireSigned(address grantor, bytes32 digest, uint256 deadline, bytes calldata signature) private view {
        if (block.timestamp > deadline) revert SignatureExpired(deadline, block.timestamp);
        if (!isSigned(grantor, digest, signature)) revert InvalidSignature(grantor, digest);
    }

    /// @dev An account with code is asked (ERC-1271) and its key has no say. The other accounts' signatures are brought
    /// into one form first: wallets write v as 27 and 28, as 0 and 1, or into the highest bit of s (ERC-2098).
    function isSigned(address grantor, bytes32 digest, bytes calldata signature) private view returns (bool) {
        if (grantor.code.length > 0) {
            return SignatureChecker.isValidERC1271SignatureNowCalldata(grantor, digest, signature);
        }
        if (signature.length > PASSKEY_LENGTH) return isSignedByPasskey(grantor, digest, signature);
        if (signature.length != 64 && signature.length != 65) return false;
        (uint8 v, bytes32 r, bytes32 s) = ECDSA.parseCalldata(signature);
        (address signer, ECDSA.RecoverError failure,) = ECDSA.tryRecover(digest, v < 2 ? v + 27 : v, r, s);
        return failure == ECDSA.RecoverError.NoError && signer == grantor;
    }

    /// @dev The signer's bytes travel in the call, since there is no state for them: the grantor's address is their hash.
    function isSignedByPasskey(address grantor, bytes32 digest, bytes calldata signature) private view returns (bool) {
        bytes calldata signer = signature[:PASSKEY_LENGTH];
        return address(uint160(uint256(keccak256(signer)))) == grantor && address(bytes20(signer)) == passkeyVerifier
            && SignatureChecker.isValidSignatureNow(signer, digest, signature[PASSKEY_LENGTH:]);
    }

    function hashOf(bytes32 termsHash, uint64 notBefore, uint64 notAfter) private pure returns (bytes25) {
        return bytes25(keccak256(abi.encode(termsHash, notBefore, notAfter)));
    }
}
