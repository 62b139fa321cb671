// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IAnchorRegistry} from "./IAnchorRegistry.sol";
import {MerkleProofs} from "./MerkleProofs.sol";

/// @title The registry of IAnchorRegistry, whose comments say what each function guarantees
contract AnchorRegistry is IAnchorRegistry {
    /// @dev An anchor reads one slot (owner) and writes two (root; size, block, time).
    struct Log {
        bytes32 root;
        uint64 size;
        uint64 blockNumber;
        uint64 timestamp;
        address owner;
        address pendingOwner;
        bytes32 identity;
    }

    uint256 private constant MAX_LENGTH = 255;

    mapping(bytes32 logId => Log) private logs;

    /// @inheritdoc IAnchorRegistry
    function register(string calldata origin, bytes calldata verifierKey) external returns (bytes32 logId) {
        uint256 originLength = bytes(origin).length;
        uint256 keyLength = verifierKey.length;
        if (originLength == 0 || originLength > MAX_LENGTH || keyLength == 0 || keyLength > MAX_LENGTH) {
            revert LengthOutOfBounds(originLength, keyLength);
        }
        logId = keccak256(abi.encode(msg.sender, origin, verifierKey));
        Log storage log = logs[logId];
        // By the identity, which never changes: the owner may have handed the log on.
        if (log.identity != 0) revert AlreadyRegistered(logId);

        log.owner = msg.sender;
        log.identity = keccak256(abi.encode(origin, verifierKey));
        emit LogRegistered(logId, msg.sender, origin, verifierKey);
    }

    /// @inheritdoc IAnchorRegistry
    function anchor(
        bytes32 logId,
        uint64 previousSize,
        uint64 size,
        bytes32 root,
        bytes32[] calldata consistencyProof
    ) external {
        Log storage log = ownedLog(logId);
        uint64 currentSize = log.size;
        if (previousSize != currentSize) revert StaleHead(currentSize);
        if (size <= previousSize) revert SizeNotLarger(previousSize, size);
        requireConsistent(previousSize, log.root, size, root, consistencyProof);

        log.root = root;
        log.size = size;
        log.blockNumber = uint64(block.number);
        log.timestamp = uint64(block.timestamp);
        emit Anchored(logId, size, root, previousSize);
    }

    /// @inheritdoc IAnchorRegistry
    function transferOwnership(bytes32 logId, address newOwner) external {
        Log storage log = ownedLog(logId);
        log.pendingOwner = newOwner;
        emit OwnershipTransferStarted(logId, msg.sender, newOwner);
    }

    /// @inheritdoc IAnchorRegistry
    function acceptOwnership(bytes32 logId) external {
        Log storage log = logs[logId];
        if (log.identity == 0) revert UnknownLog(logId);
        address offeredTo = log.pendingOwner;
        // Zero means no offer, on a chain whose system calls come from the zero address too.
        if (offeredTo == address(0) || msg.sender != offeredTo) revert NotPendingOwner(msg.sender, offeredTo);

        address previousOwner = log.owner;
        log.owner = msg.sender;
        log.pendingOwner = address(0);
        emit OwnershipTransferred(logId, previousOwner, msg.sender);
    }

    /// @inheritdoc IAnchorRegistry
    function head(bytes32 logId)
        external
        view
        returns (uint64 size, bytes32 root, uint64 blockNumber, uint64 timestamp)
    {
        Log storage log = logs[logId];
        return (log.size, log.root, log.blockNumber, log.timestamp);
    }

    /// @inheritdoc IAnchorRegistry
    function verifyInclusion(bytes32 logId, bytes calldata entry, uint64 index, bytes32[] calldata proof)
        external
        view
        returns (bool)
    {
        Log storage log = logs[logId];
        return MerkleProofs.isIncluded(MerkleProofs.leafHash(entry), index, log.size, proof, log.root);
    }

    /// @inheritdoc IAnchorRegistry
    function owner(bytes32 logId) external view returns (address) {
        return logs[logId].owner;
    }

    /// @inheritdoc IAnchorRegistry
    function pendingOwner(bytes32 logId) external view returns (address) {
        return logs[logId].pendingOwner;
    }

    /// @inheritdoc IAnchorRegistry
    function identity(bytes32 logId) external view returns (bytes32) {
        return logs[logId].identity;
    }

    function ownedLog(bytes32 logId) private view returns (Log storage log) {
        log = logs[logId];
        address logOwner = log.owner;
        if (logOwner == address(0)) revert UnknownLog(logId);
        if (msg.sender != logOwner) revert NotOwner(msg.sender, logOwner);
    }

    function requireConsistent(
        uint64 from,
        bytes32 fromRoot,
        uint64 to,
        bytes32 toRoot,
        bytes32[] calldata proof
    ) private view {
        if (from == 0) {
            // The empty tree is a prefix of every tree: nothing to prove.
            if (proof.length != 0) revert WrongProofLength(0, proof.length);
            return;
        }
        (bytes32 oldRoot, bytes32 newRoot, uint256 length) =
            MerkleProofs.consistencyRoots(from, fromRoot, to, proof);
        if (proof.length != length) revert WrongProofLength(length, proof.length);
        if (oldRoot != fromRoot) revert OldRootMismatch(fromRoot, oldRoot);
        if (newRoot != toRoot) revert NewRootMismatch(toRoot, newRoot);
    }
}
