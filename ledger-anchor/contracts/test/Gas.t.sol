// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {AnchorRegistry} from "../src/AnchorRegistry.sol";
import {MerkleProofs} from "../src/MerkleProofs.sol";
import {bounded, vm} from "./support/Vm.sol";

/// AR-4 at every size, where .gas-snapshot has single transactions. Roots are made from random proofs, so no tree
/// needs to be built: a first anchor takes any root, and a consistency proof names the roots it leads to.
contract GasTest {
    uint256 private constant BASE = 21_000;

    AnchorRegistry private registry;
    uint256 private logs;

    function setUp() public {
        registry = new AnchorRegistry();
    }

    function rootsOf(uint64 from, bytes32 complete, uint64 to, bytes32[] calldata proof)
        external
        view
        returns (bytes32 oldRoot, bytes32 newRoot, uint256 length)
    {
        return MerkleProofs.consistencyRoots(from, complete, to, proof);
    }

    function test_AR4_oneHashStaysUnderItsLimitAtEverySize() public {
        for (uint256 level = 0; level < 63; ++level) {
            uint64 from = uint64(1) << uint64(level);
            uint256 used = anchorGas(from, from * 2, 1);
            vm.assertLe(used, 41_000, vm.toString(level));
        }
    }

    function testFuzz_AR4_fifteenHashesStayUnderTheirLimitWhateverTheSizes(uint64 from, uint64 growth) public {
        from = uint64(bounded(from, 1, 1 << 14));
        uint64 to = from + uint64(bounded(growth, 1, 1 << 14));
        uint256 length = proofLength(from, to);
        if (length > 15) return;
        vm.assertLe(anchorGas(from, to, length), 62_000, "gas");
    }

    function test_AR4_noProofCostsMoreThanAHundredAndThirtyFiveThousand() public {
        uint64 max = type(uint64).max;
        uint256 longest = 0;
        for (uint64 level = 0; level < 63; ++level) {
            uint64 from = max - (uint64(1) << level);
            uint256 length = proofLength(from, max);
            if (length > longest) longest = length;
            vm.assertLe(anchorGas(from, max, length), 135_000, vm.toString(level));
        }
        vm.assertEq(longest, 65, "the longest proof");
    }

    /// Gas of the whole transaction: base and calldata cost, and the call with cold storage, as a new transaction has.
    function anchorGas(uint64 from, uint64 to, uint256 length) private returns (uint256) {
        bytes32 logId = registry.register("log.example.org/fhir", abi.encode(++logs));
        bytes32[] memory proof = new bytes32[](length);
        for (uint256 i = 0; i < length; ++i) proof[i] = keccak256(abi.encode(logs, i));
        (bytes32 oldRoot, bytes32 newRoot,) = this.rootsOf(from, keccak256("complete"), to, proof);
        registry.anchor(logId, 0, from, oldRoot, new bytes32[](0));

        bytes memory input = abi.encodeCall(AnchorRegistry.anchor, (logId, from, to, newRoot, proof));
        vm.cool(address(registry));
        uint256 before = gasleft();
        (bool done,) = address(registry).call(input);
        uint256 used = before - gasleft();
        vm.assertTrue(done, "anchored");
        return BASE + calldataGas(input) + used;
    }

    function proofLength(uint64 from, uint64 to) private view returns (uint256 length) {
        (,, length) = this.rootsOf(from, 0, to, new bytes32[](0));
    }

    function calldataGas(bytes memory input) private pure returns (uint256 cost) {
        for (uint256 i = 0; i < input.length; ++i) cost += input[i] == 0 ? 4 : 16;
    }
}
