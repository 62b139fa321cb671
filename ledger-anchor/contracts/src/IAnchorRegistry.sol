// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title Anchored heads of append-only Merkle logs
/// @notice Keeps, for each log, the latest tree size and root that its owner anchored, and accepts a new head only with
/// a proof that it extends the one before (RFC 9162 §2.1.4, SHA-256). A log can therefore never shrink, fork or be
/// rewritten here, by anybody: there is no administrator, no upgrade, no pause, and an owner's only power beyond
/// anchoring is to hand the log to another owner who accepts it.
/// @dev Size and root are public; nothing else about a log's leaves is on the chain.
interface IAnchorRegistry {
    /// @notice A log was registered. `verifierKey` is what its checkpoints are verified with.
    event LogRegistered(bytes32 indexed logId, address indexed owner, string origin, bytes verifierKey);

    /// @notice The head of the log is now (`size`, `root`), proven to extend the tree of `previousSize` leaves.
    event Anchored(bytes32 indexed logId, uint64 indexed size, bytes32 root, uint64 previousSize);

    /// @notice `newOwner` may now accept the log; the zero address takes an earlier offer back.
    event OwnershipTransferStarted(bytes32 indexed logId, address indexed owner, address indexed newOwner);

    /// @notice The log has a new owner.
    event OwnershipTransferred(bytes32 indexed logId, address indexed previousOwner, address indexed newOwner);

    /// @notice The same sender registered the same origin and key before.
    error AlreadyRegistered(bytes32 logId);
    /// @notice Origin: 1 to 255 bytes. Verifier key: 1 to 255 bytes.
    error LengthOutOfBounds(uint256 originLength, uint256 verifierKeyLength);
    /// @notice Nobody registered this log.
    error UnknownLog(bytes32 logId);
    /// @notice Only the owner may do this.
    error NotOwner(address caller, address owner);
    /// @notice Only the owner-to-be may do this.
    error NotPendingOwner(address caller, address pendingOwner);
    /// @notice The caller extends a head that is not the current one: read the head again and prove from there.
    error StaleHead(uint64 currentSize);
    /// @notice A new head must have more leaves than the current one.
    error SizeNotLarger(uint64 currentSize, uint64 size);
    /// @notice A consistency proof between these two sizes has exactly `want` hashes.
    error WrongProofLength(uint256 want, uint256 got);
    /// @notice The proof starts from another old tree than the anchored one.
    error OldRootMismatch(bytes32 want, bytes32 got);
    /// @notice The proof does not lead to the given new root.
    error NewRootMismatch(bytes32 want, bytes32 got);

    /// @notice Registers a log with the caller as its owner.
    /// @dev Anybody may register any origin and key under their own address; it is the identifier, which has the
    /// caller inside, that verifiers pin. So nobody can take an identifier in advance.
    /// @param origin the log's origin line and key name (C2SP checkpoint), 1 to 255 bytes
    /// @param verifierKey signature type byte and public key, as in the log's verifier key, 1 to 255 bytes
    /// @return logId keccak256(abi.encode(msg.sender, origin, verifierKey))
    function register(string calldata origin, bytes calldata verifierKey) external returns (bytes32 logId);

    /// @notice Moves the head of the log forward. Only the log's owner.
    /// @param previousSize the current head's size; 0 for the first anchor
    /// @param size the new tree size in leaves, larger than `previousSize`
    /// @param root the new RFC 9162 root
    /// @param consistencyProof the RFC 9162 §2.1.4 proof from `previousSize` to `size`, no hash more or less; empty for
    /// the first anchor
    function anchor(
        bytes32 logId,
        uint64 previousSize,
        uint64 size,
        bytes32 root,
        bytes32[] calldata consistencyProof
    ) external;

    /// @notice Offers the log to `newOwner`, who becomes owner by accepting. Only the log's owner; the zero address
    /// takes the offer back.
    function transferOwnership(bytes32 logId, address newOwner) external;

    /// @notice Makes the caller, to whom the log was offered, its owner.
    function acceptOwnership(bytes32 logId) external;

    /// @notice The latest anchored head; all zero for a log that is unknown or was never anchored.
    /// @return size leaves in the tree
    /// @return root RFC 9162 root of the tree
    /// @return blockNumber the block that anchored it
    /// @return timestamp that block's time, in seconds since 1970
    function head(bytes32 logId)
        external
        view
        returns (uint64 size, bytes32 root, uint64 blockNumber, uint64 timestamp);

    /// @notice Whether `entry` is leaf `index` of the log's current head. False, never a revert, for a wrong proof, a
    /// proof of the wrong length, an index past the end, and a log without a head.
    /// @param entry the log entry itself; its leaf hash is SHA-256(0x00 ‖ entry)
    /// @param proof the RFC 9162 §2.1.3 inclusion proof against the head's size
    function verifyInclusion(bytes32 logId, bytes calldata entry, uint64 index, bytes32[] calldata proof)
        external
        view
        returns (bool);

    /// @notice The log's owner; zero for an unknown log.
    function owner(bytes32 logId) external view returns (address);

    /// @notice The address that may accept the log; zero when there is no offer.
    function pendingOwner(bytes32 logId) external view returns (address);

    /// @notice keccak256(abi.encode(origin, verifierKey)) as registered, zero for an unknown log: lets a verifier check
    /// that a log belongs to the key that signs its checkpoints, also after a change of owner.
    function identity(bytes32 logId) external view returns (bytes32);
}
