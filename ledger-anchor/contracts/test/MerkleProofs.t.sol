// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {GhostTree} from "./support/GhostTree.sol";
import {MerkleProofsCaller} from "./support/MerkleProofsCaller.sol";
import {bounded, vm} from "./support/Vm.sol";

contract MerkleProofsTest {
    /// The file that the Java and console tests read too; made by the generator in merkle-log.
    string private constant VECTORS = "../../merkle-log/src/test/resources/vectors/proofs.json";
    string private constant INCLUSION =
        "Inclusion(string name,bytes32 leafHash,uint64 index,uint64 size,bytes32[] proof,bytes32 root,bool valid)";
    string private constant CONSISTENCY =
        "Consistency(string name,uint64 from,bytes32 fromRoot,uint64 to,bytes32 toRoot,bytes32[] proof,bool valid)";

    struct Inclusion {
        string name;
        bytes32 leafHash;
        uint64 index;
        uint64 size;
        bytes32[] proof;
        bytes32 root;
        bool valid;
    }

    struct Consistency {
        string name;
        uint64 from;
        bytes32 fromRoot;
        uint64 to;
        bytes32 toRoot;
        bytes32[] proof;
        bool valid;
    }

    MerkleProofsCaller private proofs;
    GhostTree private tree;

    function setUp() public {
        proofs = new MerkleProofsCaller();
        tree = new GhostTree(7);
    }

    function test_TREE1_hashesLeavesAsRfc6962Says() public view {
        vm.assertEq(
            proofs.leafHash(""), 0x6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d, "leaf of nothing"
        );
        vm.assertEq(
            proofs.leafHash("L123456"), 0x395aa064aa4c29f7010acfe3f25db9485bbd4b91897b6ad7ad547639252b4d56, "leaf"
        );
    }

    function test_TREE1_hashesNodesAsTheNaiveTreeDoes() public {
        bytes32 left = proofs.leafHash(tree.entry(0));
        bytes32 right = proofs.leafHash(tree.entry(1));
        vm.assertEq(proofs.nodeHash(left, right), tree.root(2), "node");
    }

    function test_TREE3_agreesWithEveryInclusionVector() public view {
        bytes memory encoded = vm.parseJsonTypeArray(vm.readFile(VECTORS), ".inclusion", INCLUSION);
        Inclusion[] memory vectors = abi.decode(encoded, (Inclusion[]));
        vm.assertTrue(vectors.length > 500, "a full vector file");
        for (uint256 i = 0; i < vectors.length; ++i) {
            Inclusion memory v = vectors[i];
            vm.assertEq(proofs.isIncluded(v.leafHash, v.index, v.size, v.proof, v.root), v.valid, v.name);
        }
    }

    function test_TREE3_agreesWithEveryConsistencyVector() public view {
        bytes memory encoded = vm.parseJsonTypeArray(vm.readFile(VECTORS), ".consistency", CONSISTENCY);
        Consistency[] memory vectors = abi.decode(encoded, (Consistency[]));
        vm.assertTrue(vectors.length > 300, "a full vector file");
        for (uint256 i = 0; i < vectors.length; ++i) {
            Consistency memory v = vectors[i];
            vm.assertEq(proofs.isConsistent(v.from, v.fromRoot, v.to, v.toRoot, v.proof), v.valid, v.name);
        }
    }

    function test_TREE3_everyInclusionUpToSixtyFourLeavesAndNoOtherLength() public {
        for (uint64 size = 1; size <= 64; ++size) {
            bytes32 root = tree.root(size);
            for (uint64 index = 0; index < size; ++index) {
                bytes32 leaf = proofs.leafHash(tree.entry(index));
                bytes32[] memory proof = tree.inclusion(index, size);
                vm.assertEq(proofs.isIncluded(leaf, index, size, proof, root), true, "right proof");
                vm.assertEq(proofs.isIncluded(leaf, index, size, longer(proof), root), false, "one hash more");
                if (proof.length > 0) {
                    vm.assertEq(proofs.isIncluded(leaf, index, size, shorter(proof), root), false, "one hash less");
                }
            }
        }
    }

    function test_TREE3_everyConsistencyUpToSixtyFourLeavesAndNoOtherLength() public {
        for (uint64 to = 1; to <= 64; ++to) {
            bytes32 toRoot = tree.root(to);
            for (uint64 from = 1; from <= to; ++from) {
                bytes32 fromRoot = tree.root(from);
                bytes32[] memory proof = tree.consistency(from, to);
                vm.assertEq(proofs.isConsistent(from, fromRoot, to, toRoot, proof), true, "right proof");
                vm.assertEq(proofs.isConsistent(from, fromRoot, to, toRoot, longer(proof)), false, "one hash more");
                if (proof.length > 0) {
                    vm.assertEq(
                        proofs.isConsistent(from, fromRoot, to, toRoot, shorter(proof)), false, "one hash less"
                    );
                }
            }
        }
    }

    /// Sizes and proofs of any shape, up to the ends of their types: an answer, never a revert.
    function testFuzz_TREE2_answersForAnyNumbersWithoutReverting(
        uint64 a,
        uint64 b,
        bytes32 one,
        bytes32 other,
        uint256 length
    ) public view {
        bytes32[] memory proof = new bytes32[](bounded(length, 0, 140));
        for (uint256 i = 0; i < proof.length; ++i) proof[i] = keccak256(abi.encode(one, i));
        if (one == other) return;
        vm.assertEq(proofs.isIncluded(one, a, b, proof, other), false, "inclusion");
        vm.assertEq(proofs.isConsistent(a, one, b, other, proof), false, "consistency");
    }

    function test_TREE2_theLargestSizesAreAnsweredNotReverted() public view {
        uint64 max = type(uint64).max;
        bytes32[] memory proof = new bytes32[](64);
        vm.assertEq(proofs.isIncluded(0, max - 1, max, proof, 0), false, "last leaf of the largest tree");
        vm.assertEq(proofs.isIncluded(0, max, max, proof, 0), false, "index past the largest tree");
        vm.assertEq(proofs.isConsistent(max - 1, 0, max, 0, proof), false, "largest step");
        vm.assertEq(proofs.isConsistent(1, 0, max, 0, proof), false, "longest step");
    }

    function longer(bytes32[] memory proof) private pure returns (bytes32[] memory result) {
        result = new bytes32[](proof.length + 1);
        for (uint256 i = 0; i < proof.length; ++i) result[i] = proof[i];
    }

    function shorter(bytes32[] memory proof) private pure returns (bytes32[] memory result) {
        result = new bytes32[](proof.length - 1);
        for (uint256 i = 0; i < result.length; ++i) result[i] = proof[i];
    }
}
