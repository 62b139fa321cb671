// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {SignatureChecker} from "@openzeppelin/contracts/utils/cryptography/SignatureChecker.sol";

import {IConsentRegistry} from "./IConsentRegistry.sol";

/// @title The registry of IConsentRegistry, whose comments say what each function guarantees
contract ConsentRegistry is IConsentRegistry, EIP712 {
    /// @dev A grant writes both slots; a revocation the second only.
    struct Consent {
        bytes32 termsHash;
        State state;
        uint64 notBefore;
        uint64 notAfter;
        uint64 grantedBlock;
    }

    bytes32 private constant GRANT_TYPE = keccak256(
        "ConsentGrant(bytes32 consentId,bytes32 termsHash,address grantor,uint64 notBefore,uint64 notAfter,uint256 deadline)"
    );
    bytes32 private constant REVOCATION_TYPE =
        keccak256("ConsentRevocation(bytes32 consentId,address grantor,uint256 deadline)");

    mapping(address grantor => mapping(bytes32 consentId => Consent)) private consents;

    constructor() EIP712("FHIR Anchor Consent", "1") {}

    /// @inheritdoc IConsentRegistry
    function grant(ConsentGrant calldata g, bytes calldata signature) external {
        Consent storage consent = consents[g.grantor][g.consentId];
        if (consent.state != State.NONE) revert ConsentNotNew(g.consentId, consent.state);
        if (g.notBefore >= g.notAfter) revert EmptyPeriod(g.notBefore, g.notAfter);
        requireSigned(g.grantor, grantDigest(g), g.deadline, signature);

        consent.termsHash = g.termsHash;
        consent.state = State.GRANTED;
        consent.notBefore = g.notBefore;
        consent.notAfter = g.notAfter;
        consent.grantedBlock = uint64(block.number);
        emit ConsentGranted(g.consentId, g.grantor, g.termsHash, g.notBefore, g.notAfter);
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
        returns (State state, bytes32 termsHash, uint64 notBefore, uint64 notAfter, uint64 grantedBlock)
    {
        Consent storage consent = consents[grantor][consentId];
        return (consent.state, consent.termsHash, consent.notBefore, consent.notAfter, consent.grantedBlock);
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
        emit ConsentRevoked(consentId, grantor);
    }

    /// @dev The key first, the wallet second: an address with both (EIP-7702) is ruled by its key anyway, and a plain
    /// key's grant is spared the cost of looking for code at its address.
    function requireSigned(address grantor, bytes32 digest, uint256 deadline, bytes calldata signature) private view {
        if (block.timestamp > deadline) revert SignatureExpired(deadline, block.timestamp);
        (address signer, ECDSA.RecoverError failure,) = ECDSA.tryRecoverCalldata(digest, signature);
        if (failure == ECDSA.RecoverError.NoError && signer == grantor) return;
        if (SignatureChecker.isValidERC1271SignatureNowCalldata(grantor, digest, signature)) return;
        revert InvalidSignature(grantor, digest);
    }
}
