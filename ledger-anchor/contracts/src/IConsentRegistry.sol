// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title Consents that their grantors signed, and whether they still hold
/// @notice Per grantor and consent identifier a state that moves NONE → GRANTED → REVOKED, or NONE → REVOKED where the
/// revocation is first, and never otherwise: what was revoked stays revoked, and new terms are a new consent. Only the
/// grantor's own signature or transaction moves it; whoever relays and pays has no say. No owner, no upgrade, no pause.
/// @dev On the chain stand a random identifier, a salted hash of the terms, a key's address and two times; never a
/// patient, a grantee or a purpose. The signing domain is EIP-712 ("FHIR Anchor Consent", "1", chain id, contract), as
/// eip712Domain() of ERC-5267 says.
interface IConsentRegistry {
    enum State {
        NONE,
        GRANTED,
        REVOKED
    }

    /// @notice What a grantor signs to grant.
    /// @param consentId 32 random bytes, new for each consent
    /// @param termsHash salted hash of the terms
    /// @param grantor the address of the grantor's key, or their ERC-1271 wallet
    /// @param notBefore first second, since 1970, at which the consent permits; 0 for no bound
    /// @param notAfter first second at which it no longer does; the largest uint64 for no bound
    /// @param deadline last second at which this signature may be relayed
    struct ConsentGrant {
        bytes32 consentId;
        bytes32 termsHash;
        address grantor;
        uint64 notBefore;
        uint64 notAfter;
        uint256 deadline;
    }

    /// @notice What a grantor signs to revoke through a relayer.
    /// @param deadline last second at which this signature may be relayed
    struct ConsentRevocation {
        bytes32 consentId;
        address grantor;
        uint256 deadline;
    }

    /// @notice What is known of one consent, as stateOf() tells it.
    struct ConsentState {
        State state;
        uint48 grantedBlock;
        bytes25 grantHash;
    }

    /// @notice The grantor granted this consent.
    /// @param number counts the events of this contract, both kinds together, from 1 on and without a gap: whoever
    /// holds all numbers up to lastNumber() has been told everything
    event ConsentGranted(
        bytes32 indexed consentId,
        address indexed grantor,
        bytes32 termsHash,
        uint64 notBefore,
        uint64 notAfter,
        uint64 number
    );

    /// @notice The grantor revoked this consent, granted or not; it can never be granted again.
    /// @param number as in ConsentGranted
    event ConsentRevoked(bytes32 indexed consentId, address indexed grantor, uint64 number);

    /// @notice A consent is granted once: this one is in `state` already.
    error ConsentNotNew(bytes32 consentId, State state);
    /// @notice This consent is revoked already.
    error AlreadyRevoked(bytes32 consentId);
    /// @notice The consent would permit at no second at all.
    error EmptyPeriod(uint64 notBefore, uint64 notAfter);
    /// @notice The signature could be relayed until `deadline`; now is `timestamp`.
    error SignatureExpired(uint256 deadline, uint256 timestamp);
    /// @notice The signature is not the grantor's over this digest.
    error InvalidSignature(address grantor, bytes32 digest);
    /// @notice As many grantors as consent identifiers are wanted, and at most a thousand.
    error WrongLength(uint256 grantors, uint256 consentIds);

    /// @notice Grants a consent with the grantor's signature. Anybody may relay it.
    /// @param signature of the grantor's key, with the lower s: 65 bytes r ‖ s ‖ v with v as 27 or 28, or as 0 or 1;
    /// or 64 bytes r ‖ s with v in the highest bit of s (ERC-2098). Of a grantor with code, whatever it takes (ERC-1271).
    /// Of a passkey: passkeyVerifier() ‖ x ‖ y ‖ SHA-256 of the relying party's id, 116 bytes whose keccak256 ends with the
    /// grantor's address, and behind them the assertion as PasskeyVerifier takes it
    function grant(ConsentGrant calldata g, bytes calldata signature) external;

    /// @notice Revokes the caller's own consent. It need not be granted yet: a revocation that comes first wins.
    function revoke(bytes32 consentId) external;

    /// @notice Revokes a consent with the grantor's signature. Anybody may relay it.
    function revokeBySignature(ConsentRevocation calldata r, bytes calldata signature) external;

    /// @notice What is known of a consent. Block and hash are those of the grant, kept after a revocation, and zero
    /// where there was no grant.
    /// @return state 0 none, 1 granted, 2 revoked
    /// @return grantedBlock the block whose ConsentGranted event has the terms hash and the times
    /// @return grantHash the first 25 bytes of keccak256(abi.encode(termsHash, notBefore, notAfter))
    function stateOf(address grantor, bytes32 consentId)
        external
        view
        returns (State state, uint48 grantedBlock, bytes25 grantHash);

    /// @notice The same for many at once, with the number of the newest event: what is told is told of one block.
    /// @param consentIds as many as grantors, at most 1,000
    function statesOf(address[] calldata grantors, bytes32[] calldata consentIds)
        external
        view
        returns (uint64 number, ConsentState[] memory states);

    /// @notice The number of the newest event; 0 before the first.
    function lastNumber() external view returns (uint64);

    /// @notice Whether the consent is granted with exactly these terms and times, and not revoked. Whether now is
    /// between the times is for the caller to decide.
    function isGranted(address grantor, bytes32 consentId, bytes32 termsHash, uint64 notBefore, uint64 notAfter)
        external
        view
        returns (bool);

    /// @notice The PasskeyVerifier of this contract, made with it; the first 20 of a passkey's signer bytes (ERC-7913).
    function passkeyVerifier() external view returns (address);

    /// @notice The EIP-712 digest to sign for this grant, on this chain and this contract.
    function grantDigest(ConsentGrant calldata g) external view returns (bytes32);

    /// @notice The EIP-712 digest to sign for this revocation, on this chain and this contract.
    function revocationDigest(ConsentRevocation calldata r) external view returns (bytes32);
}
