// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {MerkleProofs} from "../../src/MerkleProofs.sol";

/// The library takes proofs from calldata, as the registry does; this makes them calldata.
contract MerkleProofsCaller {
    function isIncluded(bytes32 leaf, uint64 index, uint64 size, bytes32[] calldata proof, bytes32 root)
        external
        view
        returns (bool)
    {
        return MerkleProofs.isIncluded(leaf, index, size, proof, root);
    }

    function isConsistent(uint64 from, bytes32 fromRoot, uint64 to, bytes32 toRoot, bytes32[] calldata proof)
        external
        view
        returns (bool)
    {
        return MerkleProofs.isConsistent(from, fromRoot, to, toRoot, proof);
    }

    function leafHash(bytes calldata entry) external pure returns (bytes32) {
        return MerkleProofs.leafHash(entry);
    }

    function nodeHash(bytes32 left, bytes32 right) external view returns (bytes32) {
        return MerkleProofs.nodeHash(left, right);
    }
}
