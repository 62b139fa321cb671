// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title Merkle proofs of RFC 9162 §2.1 over SHA-256
/// @notice Pure checks: sizes, indexes and the exact proof length come before the first hash. A proof with a hash too
/// few or too many is wrong even where its hashes would lead to the right root.
/// @dev `view`, not `pure`, only because calling the SHA-256 precompile from assembly needs it.
library MerkleProofs {
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

    /// @notice The number of hashes in the inclusion proof of leaf `index` in a tree of `size` leaves.
    /// @dev Needs index < size.
    function inclusionLength(uint64 index, uint64 size) internal pure returns (uint256) {
        unchecked {
            uint256 inner = bitLength(index ^ (size - 1));
            return inner + bitCount(uint256(index) >> inner);
        }
    }

    /// @notice The number of hashes in the consistency proof between trees of `from` and `to` leaves.
    /// @dev Needs 0 < from < to.
    function consistencyLength(uint64 from, uint64 to) internal pure returns (uint256) {
        unchecked {
            uint256 inner = bitLength((from - 1) ^ (to - 1));
            uint256 border = bitCount(uint256(from - 1) >> inner);
            uint256 complete = trailingZeros(from);
            // The old root starts the path itself when the old tree is complete; else the proof brings a start.
            uint256 start = (from & (from - 1)) == 0 ? 0 : 1;
            return start + inner - complete + border;
        }
    }

    /// @notice The root that an inclusion proof leads to (RFC 9162 §2.1.3.2).
    /// @dev Needs index < size and proof.length == inclusionLength(index, size).
    function inclusionRoot(bytes32 leaf, uint64 index, uint64 size, bytes32[] calldata proof)
        internal
        view
        returns (bytes32 root)
    {
        uint256 fn = index;
        uint256 sn;
        unchecked {
            sn = size - 1;
        }
        root = leaf;
        for (uint256 i = 0; i < proof.length; ++i) {
            if (fn & 1 == 1 || fn == sn) {
                root = nodeHash(proof[i], root);
                while (fn & 1 == 0 && fn != 0) {
                    fn >>= 1;
                    sn >>= 1;
                }
            } else {
                root = nodeHash(root, proof[i]);
            }
            fn >>= 1;
            sn >>= 1;
        }
    }

    /// @notice The old and the new root that a consistency proof leads to (RFC 9162 §2.1.4.2).
    /// @dev Needs 0 < from < to and proof.length == consistencyLength(from, to).
    function consistencyRoots(uint64 from, bytes32 fromRoot, uint64 to, bytes32[] calldata proof)
        internal
        view
        returns (bytes32 oldRoot, bytes32 newRoot)
    {
        uint256 fn;
        uint256 sn;
        uint256 i;
        unchecked {
            fn = from - 1;
            sn = to - 1;
            uint256 complete = trailingZeros(from);
            fn >>= complete;
            sn >>= complete;
        }
        if (fn == 0) {
            oldRoot = fromRoot; // from is a power of two
        } else {
            oldRoot = proof[0];
            i = 1;
        }
        newRoot = oldRoot;
        for (; i < proof.length; ++i) {
            bytes32 sibling = proof[i];
            if (fn & 1 == 1 || fn == sn) {
                oldRoot = nodeHash(sibling, oldRoot);
                newRoot = nodeHash(sibling, newRoot);
                while (fn & 1 == 0 && fn != 0) {
                    fn >>= 1;
                    sn >>= 1;
                }
            } else {
                newRoot = nodeHash(newRoot, sibling);
            }
            fn >>= 1;
            sn >>= 1;
        }
    }

    /// @notice Whether the proof shows `leaf` at `index` under `root`; false, never a revert, for anything wrong.
    function isIncluded(bytes32 leaf, uint64 index, uint64 size, bytes32[] calldata proof, bytes32 root)
        internal
        view
        returns (bool)
    {
        return index < size && proof.length == inclusionLength(index, size)
            && inclusionRoot(leaf, index, size, proof) == root;
    }

    /// @notice Whether the tree (to, toRoot) extends the tree (from, fromRoot); false, never a revert, for anything
    /// wrong. The edges follow RFC 9162: equal sizes need equal roots and no proof.
    function isConsistent(uint64 from, bytes32 fromRoot, uint64 to, bytes32 toRoot, bytes32[] calldata proof)
        internal
        view
        returns (bool)
    {
        if (from > to) return false;
        if (from == to) return proof.length == 0 && fromRoot == toRoot;
        if (from == 0) return proof.length == 0 && fromRoot == EMPTY;
        if (proof.length != consistencyLength(from, to)) return false;
        (bytes32 oldRoot, bytes32 newRoot) = consistencyRoots(from, fromRoot, to, proof);
        return oldRoot == fromRoot && newRoot == toRoot;
    }

    /// @notice SHA-256 of nothing: the root of the tree without leaves.
    bytes32 internal constant EMPTY = 0xe3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855;

    function bitLength(uint256 value) private pure returns (uint256 bits) {
        unchecked {
            for (; value != 0; value >>= 1) ++bits;
        }
    }

    function bitCount(uint256 value) private pure returns (uint256 ones) {
        unchecked {
            for (; value != 0; value &= value - 1) ++ones;
        }
    }

    function trailingZeros(uint256 value) private pure returns (uint256 zeros) {
        unchecked {
            for (; value & 1 == 0; value >>= 1) ++zeros;
        }
    }
}
