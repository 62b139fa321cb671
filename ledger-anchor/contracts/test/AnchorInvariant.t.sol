// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {AnchorRegistry} from "../src/AnchorRegistry.sol";
import {GhostTree} from "./support/GhostTree.sol";
import {MerkleProofsCaller} from "./support/MerkleProofsCaller.sol";
import {bounded, vm} from "./support/Vm.sol";

/// One log and everybody who acts on it: an honest owner who grows the ghost tree, and owners, former owners and
/// strangers who try to anchor something else. Whatever is called in whatever order, an attack must not succeed.
contract AnchorActors {
    struct Head {
        uint64 size;
        bytes32 root;
    }

    AnchorRegistry public immutable REGISTRY = new AnchorRegistry();
    GhostTree public immutable TREE = new GhostTree(1);
    GhostTree private immutable REWRITTEN = new GhostTree(2);
    bytes32 public immutable LOG_ID;

    Head[] public history;
    string public brokenBy;
    address public owner = address(0xA11CE);
    address private successor = address(0xB0B);

    constructor() {
        vm.prank(owner);
        LOG_ID = REGISTRY.register("log.example.org/fhir", hex"01");
        history.push(Head(0, 0));
    }

    function length() external view returns (uint256) {
        return history.length;
    }

    function grow(uint256 growth) external {
        uint64 from = head().size;
        uint64 to = from + uint64(bounded(growth, 1, 40));
        bytes32 root = TREE.root(to);
        bytes32[] memory proof = from == 0 ? new bytes32[](0) : TREE.consistency(from, to);
        vm.prank(owner);
        REGISTRY.anchor(LOG_ID, from, to, root, proof);
        history.push(Head(to, root));
    }

    function handOn() external {
        vm.prank(owner);
        REGISTRY.transferOwnership(LOG_ID, successor);
        vm.prank(successor);
        REGISTRY.acceptOwnership(LOG_ID);
        (owner, successor) = (successor, owner);
    }

    function anchorARewrittenLog(uint256 growth) external {
        uint64 from = head().size;
        if (from == 0) return;
        uint64 to = from + uint64(bounded(growth, 1, 40));
        bytes32 root = REWRITTEN.root(to);
        attack("a rewritten log", owner, from, to, root, REWRITTEN.consistency(from, to));
    }

    function anchorAForkOfAnEarlierHead(uint256 which, uint256 growth) external {
        Head memory earlier = history[bounded(which, 0, history.length - 1)];
        if (earlier.size == 0 || earlier.size == head().size) return;
        uint64 to = head().size + uint64(bounded(growth, 1, 40));
        bytes32 root = TREE.root(to);
        attack("an earlier head", owner, earlier.size, to, root, TREE.consistency(earlier.size, to));
    }

    function anchorASmallerTree(uint256 size) external {
        uint64 from = head().size;
        uint64 to = uint64(bounded(size, 0, from));
        bytes32 root = TREE.root(to);
        bytes32[] memory proof = to == 0 || to == from ? new bytes32[](0) : TREE.consistency(to, from);
        attack("a smaller tree", owner, from, to, root, proof);
    }

    function anchorWithoutAnyProof(uint256 growth, bytes32 root) external {
        uint64 from = head().size;
        if (from == 0) return;
        attack("no proof", owner, from, from + uint64(bounded(growth, 1, 40)), root, new bytes32[](0));
    }

    function anchorWithAChangedProof(uint256 growth, uint256 place, uint8 bit) external {
        uint64 from = head().size;
        if (from == 0) return;
        uint64 to = from + uint64(bounded(growth, 1, 40));
        bytes32 root = TREE.root(to);
        bytes32[] memory proof = TREE.consistency(from, to);
        proof[place % proof.length] ^= bytes32(uint256(1) << bit);
        attack("a changed proof", owner, from, to, root, proof);
    }

    function anchorAsAStranger(address stranger, uint256 growth) external {
        if (stranger == owner) return;
        uint64 from = head().size;
        uint64 to = from + uint64(bounded(growth, 1, 40));
        bytes32 root = TREE.root(to);
        bytes32[] memory proof = from == 0 ? new bytes32[](0) : TREE.consistency(from, to);
        attack("a stranger", stranger, from, to, root, proof);
        attack("the former or future owner", successor, from, to, root, proof);
    }

    function takeTheLog(address stranger) external {
        if (stranger == owner) return;
        vm.prank(stranger);
        try REGISTRY.acceptOwnership(LOG_ID) {
            brokenBy = "accepting what was not offered";
        } catch {}
        vm.prank(stranger);
        try REGISTRY.transferOwnership(LOG_ID, stranger) {
            brokenBy = "offering what is not owned";
        } catch {}
    }

    function attack(
        string memory name,
        address sender,
        uint64 from,
        uint64 to,
        bytes32 root,
        bytes32[] memory proof
    ) private {
        vm.prank(sender);
        try REGISTRY.anchor(LOG_ID, from, to, root, proof) {
            brokenBy = name;
        } catch {}
    }

    function head() private view returns (Head memory) {
        return history[history.length - 1];
    }
}

contract AnchorInvariantTest {
    AnchorActors private actors;
    MerkleProofsCaller private proofs;

    function setUp() public {
        actors = new AnchorActors();
        proofs = new MerkleProofsCaller();
    }

    function targetContracts() external view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(actors);
    }

    function invariant_AR5_noAttackSucceeds() external view {
        vm.assertEq(keccak256(bytes(actors.brokenBy())), keccak256(""), actors.brokenBy());
        AnchorRegistry registry = actors.REGISTRY();
        vm.assertEq(registry.owner(actors.LOG_ID()), actors.owner(), "owner");
        vm.assertEq(registry.identity(actors.LOG_ID()), keccak256(abi.encode("log.example.org/fhir", hex"01")), "id");
    }

    function invariant_AR5_theHeadIsTheLastHonestOne() external view {
        (uint64 size, bytes32 root) = actors.history(actors.length() - 1);
        (uint64 headSize, bytes32 headRoot,,) = actors.REGISTRY().head(actors.LOG_ID());
        vm.assertEq(headSize, size, "size");
        vm.assertEq(headRoot, root, "root");
    }

    /// Checked once per run over its whole history: every head extends every head before it, by the naive tree's proof.
    function afterInvariant() external {
        GhostTree tree = actors.TREE();
        for (uint256 late = 2; late < actors.length(); ++late) {
            (uint64 to, bytes32 toRoot) = actors.history(late);
            for (uint256 early = 1; early < late; ++early) {
                (uint64 from, bytes32 fromRoot) = actors.history(early);
                vm.assertTrue(from < to, "sizes grow");
                bool consistent = proofs.isConsistent(from, fromRoot, to, toRoot, tree.consistency(from, to));
                vm.assertTrue(consistent, "AR-5 consistent with every earlier head");
            }
        }
    }
}
