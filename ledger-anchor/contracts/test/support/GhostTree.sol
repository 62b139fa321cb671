// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// A naive RFC 9162 §2.1 tree written from the recursive definitions alone: shares no code or idea with the contract's
/// iterative checks, so that the two can only agree by both being right. Leaf i holds the entry abi.encode(seed, i).
contract GhostTree {
    uint256 public immutable SEED;

    /// Hashes of complete subtrees by (first leaf, leaf count): they never change, only the right edge does.
    mapping(uint256 first => mapping(uint256 count => bytes32 hash)) private complete;

    constructor(uint256 seed) {
        SEED = seed;
    }

    function entry(uint256 index) public view returns (bytes memory) {
        return abi.encode(SEED, index);
    }

    function root(uint256 size) external returns (bytes32) {
        return size == 0 ? sha256("") : hashOf(0, size);
    }

    function inclusion(uint256 index, uint256 size) external returns (bytes32[] memory) {
        bytes32[] memory path = new bytes32[](64);
        return firstOf(path, inclusionPath(path, index, 0, size));
    }

    function consistency(uint256 from, uint256 to) external returns (bytes32[] memory) {
        bytes32[] memory path = new bytes32[](65);
        return firstOf(path, subProof(path, from, 0, to, true));
    }

    /// MTH(D[first:first+count]), count > 0.
    function hashOf(uint256 first, uint256 count) private returns (bytes32 result) {
        result = complete[first][count];
        if (result != 0) return result;
        if (count == 1) {
            result = sha256(abi.encodePacked(bytes1(0x00), entry(first)));
        } else {
            uint256 k = split(count);
            result = sha256(abi.encodePacked(bytes1(0x01), hashOf(first, k), hashOf(first + k, count - k)));
        }
        complete[first][count] = result;
    }

    /// PATH(m, D[first:first+count]) of RFC 9162 §2.1.3.1; answers how many hashes were written.
    function inclusionPath(bytes32[] memory path, uint256 m, uint256 first, uint256 count)
        private
        returns (uint256 length)
    {
        if (count == 1) return 0;
        uint256 k = split(count);
        if (m < k) {
            length = inclusionPath(path, m, first, k);
            path[length] = hashOf(first + k, count - k);
        } else {
            length = inclusionPath(path, m - k, first + k, count - k);
            path[length] = hashOf(first, k);
        }
        return length + 1;
    }

    /// SUBPROOF(m, D[first:first+count], whole) of RFC 9162 §2.1.4.1.
    function subProof(bytes32[] memory path, uint256 m, uint256 first, uint256 count, bool whole)
        private
        returns (uint256 length)
    {
        if (m == count) {
            if (whole) return 0;
            path[0] = hashOf(first, count);
            return 1;
        }
        uint256 k = split(count);
        if (m <= k) {
            length = subProof(path, m, first, k, whole);
            path[length] = hashOf(first + k, count - k);
        } else {
            length = subProof(path, m - k, first + k, count - k, false);
            path[length] = hashOf(first, k);
        }
        return length + 1;
    }

    /// The largest power of two smaller than count.
    function split(uint256 count) private pure returns (uint256 k) {
        k = 1;
        while (k * 2 < count) k *= 2;
    }

    function firstOf(bytes32[] memory path, uint256 length) private pure returns (bytes32[] memory result) {
        result = new bytes32[](length);
        for (uint256 i = 0; i < length; ++i) result[i] = path[i];
    }
}
