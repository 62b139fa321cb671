// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

/// @title Merkle proofs of RFC 9162 §2.1 over SHA-256
/// @notice Pure checks: sizes, indexes and the exact proof length come before the first hash. A proof with a hash too
/// few or too many is wrong even where its hashes would lead to the right root.
/// @dev `view`, not `pure`, only because calling the SHA-256 precompile from assembly needs it.
library MerkleProofs {
    /// @notice SHA-256 of nothing: the root of the tree without leaves.
    bytes32 internal constant EMPTY = 0xe3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855;

    /// @notice SHA-256(0x00 ‖ entry).
    function leafHash(bytes calldata entry) internal pure returns (bytes32) {
        return sha256(abi.encodePacked(bytes1(0x00), entry));
    }

    /// @notice SHA-256(0x01 ‖ left ‖ right).
    function nodeHash(bytes32 left, bytes32 right) internal view returns (bytes32 result) {
        // Solidity's own sha256(abi.encodePacked(..)) allocates and copies: about 250 gas more for each hash.
        assembly ("memory-safe") {
            let input := mload(0x40) // 65 bytes past the free pointer, never kept
            mstore8(input, 0x01)
            mstore(add(input, 0x01), left)
            mstore(add(input, 0x21), right)
            // Evaluated right to left: call first, then its return size. A call that ran out of gas, or a chain
            // without the precompile, must never leave a stale word to be taken for a hash.
            if iszero(and(eq(returndatasize(), 0x20), staticcall(gas(), 0x02, input, 0x41, 0x00, 0x20))) {
                revert(0x00, 0x00)
            }
            result := mload(0x00)
        }
    }

    /// @notice The root that an inclusion proof leads to (RFC 9162 §2.1.3.2), and the number of hashes it must have.
    /// @dev Needs index < size. `root` means something only where proof.length == length.
    function inclusionRoot(bytes32 leaf, uint64 index, uint64 size, bytes32[] calldata proof)
        internal
        view
        returns (bytes32 root, uint256 length)
    {
        unchecked {
            uint256 inner = bitLength(index ^ (size - 1));
            length = inner + bitCount(uint256(index) >> inner);
            root = leaf;
            if (proof.length != length) return (root, length);

            uint256 i = 0;
            for (; i < inner; ++i) {
                root = (index >> i) & 1 == 0 ? nodeHash(root, proof[i]) : nodeHash(proof[i], root);
            }
            for (; i < length; ++i) {
                root = nodeHash(proof[i], root);
            }
        }
    }

    /// @notice The old and the new root that a consistency proof leads to (RFC 9162 §2.1.4.2), and the number of hashes
    /// it must have.
    /// @dev Needs 0 < from < to. The roots mean something only where proof.length == length.
    ///
    /// The proof climbs from the last complete subtree of the old tree: `complete` levels up from leaf from - 1. Where
    /// the paths of the leaves from - 1 and to - 1 are still apart (`inner` levels), a sibling on the left belongs to
    /// both trees and one on the right to the new tree alone; above that (`border`), all are left siblings of both.
    function consistencyRoots(uint64 from, bytes32 fromRoot, uint64 to, bytes32[] calldata proof)
        internal
        view
        returns (bytes32 oldRoot, bytes32 newRoot, uint256 length)
    {
        unchecked {
            uint256 last = from - 1;
            uint256 apart = bitLength(last ^ (to - 1));
            uint256 path = bitLength(last ^ from) - 1; // complete: the trailing zeros of from
            uint256 inner = apart - path;
            path = last >> path;
            // A complete old tree is its own start; any other brings the start in the proof.
            uint256 i = path == 0 ? 0 : 1;
            inner += i;
            length = inner + bitCount(last >> apart);
            if (proof.length != length) return (oldRoot, newRoot, length);

            oldRoot = i == 0 ? fromRoot : proof[0];
            newRoot = oldRoot;
            for (; i < inner; ++i) {
                bytes32 sibling = proof[i];
                if (path & 1 == 0) {
                    newRoot = nodeHash(newRoot, sibling);
                } else {
                    oldRoot = nodeHash(sibling, oldRoot);
                    newRoot = nodeHash(sibling, newRoot);
                }
                path >>= 1;
            }
            for (; i < length; ++i) {
                bytes32 sibling = proof[i];
                oldRoot = nodeHash(sibling, oldRoot);
                newRoot = nodeHash(sibling, newRoot);
            }
        }
    }

    /// @notice Whether the proof shows `leaf` at `index` under `root`; false, never a revert, for anything wrong.
    function isIncluded(bytes32 leaf, uint64 index, uint64 size, bytes32[] calldata proof, bytes32 root)
        internal
        view
        returns (bool)
    {
        if (index >= size) return false;
        (bytes32 computed, uint256 length) = inclusionRoot(leaf, index, size, proof);
        return proof.length == length && computed == root;
    }

    /// @notice Whether the tree (to, toRoot) extends the tree (from, fromRoot); false, never a revert, for anything
    /// wrong. Equal sizes need equal roots and no proof; every tree extends the empty one, without a proof.
    function isConsistent(uint64 from, bytes32 fromRoot, uint64 to, bytes32 toRoot, bytes32[] calldata proof)
        internal
        view
        returns (bool)
    {
        if (from > to) return false;
        if (from == to) return proof.length == 0 && fromRoot == toRoot;
        if (from == 0) return proof.length == 0 && fromRoot == EMPTY;
        (bytes32 oldRoot, bytes32 newRoot, uint256 length) = consistencyRoots(from, fromRoot, to, proof);
        return proof.length == length && oldRoot == fromRoot && newRoot == toRoot;
    }

    function bitLength(uint256 value) private pure returns (uint256) {
        unchecked {
            return value == 0 ? 0 : Math.log2(value) + 1;
        }
    }

    function bitCount(uint256 value) private pure returns (uint256 ones) {
        unchecked {
            for (; value != 0; value &= value - 1) ++ones;
        }
    }
}
