// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {AnchorRegistry} from "../src/AnchorRegistry.sol";
import {IAnchorRegistry} from "../src/IAnchorRegistry.sol";
import {GhostTree} from "./support/GhostTree.sol";
import {bounded, vm} from "./support/Vm.sol";

contract AnchorRegistryTest {
    string private constant ORIGIN = "log.example.org/fhir";
    bytes private constant KEY = hex"01d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a";
    bytes32[] private NONE;

    address private immutable ALICE = vm.addr(0xA11CE);
    address private immutable BOB = vm.addr(0xB0B);

    AnchorRegistry private registry;
    GhostTree private tree;
    bytes32 private logId;

    function setUp() public {
        registry = new AnchorRegistry();
        tree = new GhostTree(1);
        vm.roll(100);
        vm.warp(1_800_000_000);
        vm.prank(ALICE);
        logId = registry.register(ORIGIN, KEY);
    }

    // --- AR-1: registration and ownership ---

    function test_AR1_logIdIsTheHashOfSenderOriginAndKey() public view {
        vm.assertEq(logId, keccak256(abi.encode(ALICE, ORIGIN, KEY)), "log id");
        vm.assertEq(registry.owner(logId), ALICE, "owner");
        vm.assertEq(registry.identity(logId), keccak256(abi.encode(ORIGIN, KEY)), "identity");
    }

    function test_AR1_registeringSaysSoInAnEvent() public {
        bytes32 id = keccak256(abi.encode(BOB, ORIGIN, KEY));
        vm.expectEmit(true, true, true, true, address(registry));
        emit IAnchorRegistry.LogRegistered(id, BOB, ORIGIN, KEY);
        vm.prank(BOB);
        vm.assertEq(registry.register(ORIGIN, KEY), id, "log id");
    }

    function test_AR1_refusesTheSameLogTwice() public {
        vm.expectRevert(abi.encodeWithSelector(IAnchorRegistry.AlreadyRegistered.selector, logId));
        vm.prank(ALICE);
        registry.register(ORIGIN, KEY);
    }

    function test_AR1_refusesTheSameLogTwiceEvenAfterItWasHandedOn() public {
        handTo(BOB);
        test_AR1_refusesTheSameLogTwice();
        vm.assertEq(registry.owner(logId), BOB, "owner");
    }

    function test_AR1_refusesOriginsAndKeysThatAreEmptyOrTooLong() public {
        registry.register(string(new bytes(255)), new bytes(255));
        refusesLengths(0, 33);
        refusesLengths(256, 33);
        refusesLengths(20, 0);
        refusesLengths(20, 256);
    }

    function test_AR1_handsALogOnInTwoSteps() public {
        vm.expectEmit(true, true, true, true, address(registry));
        emit IAnchorRegistry.OwnershipTransferStarted(logId, ALICE, BOB);
        vm.prank(ALICE);
        registry.transferOwnership(logId, BOB);
        vm.assertEq(registry.owner(logId), ALICE, "owner before accepting");
        vm.assertEq(registry.pendingOwner(logId), BOB, "pending");

        vm.expectEmit(true, true, true, true, address(registry));
        emit IAnchorRegistry.OwnershipTransferred(logId, ALICE, BOB);
        vm.prank(BOB);
        registry.acceptOwnership(logId);
        vm.assertEq(registry.owner(logId), BOB, "owner");
        vm.assertEq(registry.pendingOwner(logId), address(0), "pending");
        vm.assertEq(registry.identity(logId), keccak256(abi.encode(ORIGIN, KEY)), "identity");
    }

    function test_AR1_theFormerOwnerCanNoLongerAnchor() public {
        handTo(BOB);
        bytes32 root = tree.root(1);
        vm.expectRevert(abi.encodeWithSelector(IAnchorRegistry.NotOwner.selector, ALICE, BOB));
        vm.prank(ALICE);
        registry.anchor(logId, 0, 1, root, NONE);
        vm.prank(BOB);
        registry.anchor(logId, 0, 1, root, NONE);
    }

    function test_AR1_onlyTheOwnerOffersAndOnlyTheOfferedAccepts() public {
        vm.expectRevert(abi.encodeWithSelector(IAnchorRegistry.NotOwner.selector, BOB, ALICE));
        vm.prank(BOB);
        registry.transferOwnership(logId, BOB);

        vm.expectRevert(abi.encodeWithSelector(IAnchorRegistry.NotPendingOwner.selector, BOB, address(0)));
        vm.prank(BOB);
        registry.acceptOwnership(logId);
    }

    function test_AR1_anOfferCanBeTakenBack() public {
        vm.startPrank(ALICE);
        registry.transferOwnership(logId, BOB);
        registry.transferOwnership(logId, address(0));
        vm.stopPrank();
        vm.expectRevert(abi.encodeWithSelector(IAnchorRegistry.NotPendingOwner.selector, BOB, address(0)));
        vm.prank(BOB);
        registry.acceptOwnership(logId);
    }

    function test_AR1_anUnknownLogHasNoOwnerToActForIt() public {
        bytes32 unknown = keccak256("unknown");
        bytes memory refusal = abi.encodeWithSelector(IAnchorRegistry.UnknownLog.selector, unknown);
        vm.expectRevert(refusal);
        registry.anchor(unknown, 0, 1, bytes32(uint256(1)), NONE);
        vm.expectRevert(refusal);
        registry.transferOwnership(unknown, BOB);
        vm.expectRevert(refusal);
        registry.acceptOwnership(unknown);
    }

    function test_AR1_theZeroAddressOwnsNothingAndIsOfferedNothing() public {
        bytes32 unknown = keccak256("unknown");
        vm.startPrank(address(0));
        vm.expectRevert(abi.encodeWithSelector(IAnchorRegistry.NotPendingOwner.selector, address(0), address(0)));
        registry.acceptOwnership(logId);
        vm.expectRevert(abi.encodeWithSelector(IAnchorRegistry.UnknownLog.selector, unknown));
        registry.anchor(unknown, 0, 1, bytes32(uint256(1)), NONE);
        vm.stopPrank();
    }

    // --- AR-2: anchoring ---

    function test_AR2_storesAndAnnouncesTheHead() public {
        anchorTo(0, 5);
        vm.roll(123);
        vm.warp(1_800_000_777);
        bytes32 root = tree.root(7);
        bytes32[] memory proof = tree.consistency(5, 7);

        vm.expectEmit(true, true, true, true, address(registry));
        emit IAnchorRegistry.Anchored(logId, 7, root, 5);
        vm.prank(ALICE);
        registry.anchor(logId, 5, 7, root, proof);
        assertHead(7, root, 123, 1_800_000_777);
    }

    function test_AR2_acceptsEveryHonestStepUpToSixtyFourLeaves() public {
        for (uint64 from = 1; from < 64; ++from) {
            for (uint64 to = from + 1; to <= 64; ++to) {
                bytes32 id = registry.register(ORIGIN, abi.encode(from, to));
                registry.anchor(id, 0, from, tree.root(from), NONE);
                registry.anchor(id, from, to, tree.root(to), tree.consistency(from, to));
            }
        }
    }

    function test_AR2_onlyTheOwnerAnchors() public {
        bytes32 root = tree.root(1);
        vm.expectRevert(abi.encodeWithSelector(IAnchorRegistry.NotOwner.selector, BOB, ALICE));
        vm.prank(BOB);
        registry.anchor(logId, 0, 1, root, NONE);
    }

    function test_AR2_refusesAPreviousSizeThatIsNotTheHead() public {
        anchorTo(0, 5);
        bytes32 root = tree.root(9);
        refuses(abi.encodeWithSelector(IAnchorRegistry.StaleHead.selector, 5), 4, 9, root, tree.consistency(4, 9));
        refuses(abi.encodeWithSelector(IAnchorRegistry.StaleHead.selector, 5), 6, 9, root, tree.consistency(6, 9));
        refuses(abi.encodeWithSelector(IAnchorRegistry.StaleHead.selector, 5), 0, 9, root, NONE);
    }

    function test_AR2_refusesASizeThatDoesNotGrow() public {
        refuses(abi.encodeWithSelector(IAnchorRegistry.SizeNotLarger.selector, 0, 0), 0, 0, sha256(""), NONE);
        anchorTo(0, 5);
        bytes32 root = tree.root(5);
        refuses(abi.encodeWithSelector(IAnchorRegistry.SizeNotLarger.selector, 5, 5), 5, 5, root, NONE);
        root = tree.root(4);
        refuses(abi.encodeWithSelector(IAnchorRegistry.SizeNotLarger.selector, 5, 4), 5, 4, root, NONE);
    }

    function test_AR2_theFirstAnchorTakesNoProof() public {
        bytes32[] memory one = new bytes32[](1);
        refuses(abi.encodeWithSelector(IAnchorRegistry.WrongProofLength.selector, 0, 1), 0, 5, tree.root(5), one);
    }

    function test_AR2_refusesAProofOneHashTooShortOrTooLong() public {
        anchorTo(0, 5);
        bytes32 root = tree.root(13);
        bytes32[] memory proof = tree.consistency(5, 13);
        uint256 want = proof.length;
        bytes32[] memory longer = new bytes32[](want + 1);
        bytes32[] memory shorter = new bytes32[](want - 1);
        for (uint256 i = 0; i < want; ++i) longer[i] = proof[i];
        for (uint256 i = 0; i < want - 1; ++i) shorter[i] = proof[i];
        refuses(lengthError(want, want + 1), 5, 13, root, longer);
        refuses(lengthError(want, want - 1), 5, 13, root, shorter);
        refuses(lengthError(want, 0), 5, 13, root, NONE);
    }

    function test_AR2_refusesARewrittenLog() public {
        anchorTo(0, 6);
        GhostTree rewritten = new GhostTree(2);
        bytes32[] memory proof = rewritten.consistency(6, 20);
        bytes memory refusal =
            abi.encodeWithSelector(IAnchorRegistry.OldRootMismatch.selector, tree.root(6), rewritten.root(6));
        refuses(refusal, 6, 20, rewritten.root(20), proof);
    }

    function test_AR2_refusesANewRootThatTheProofDoesNotLeadTo() public {
        anchorTo(0, 6);
        bytes32 other = sha256("other");
        bytes memory refusal =
            abi.encodeWithSelector(IAnchorRegistry.NewRootMismatch.selector, other, tree.root(20));
        refuses(refusal, 6, 20, other, tree.consistency(6, 20));
    }

    function test_AR2_oneLogsHeadNeverTouchesAnothers() public {
        anchorTo(0, 6);
        vm.prank(BOB);
        bytes32 other = registry.register(ORIGIN, KEY);
        (uint64 size,,,) = registry.head(other);
        vm.assertEq(size, 0, "size of the other log");
    }

    function testFuzz_AR2_acceptsEveryHonestStep(uint64 from, uint64 growth) public {
        from = uint64(bounded(from, 1, 600));
        uint64 to = from + uint64(bounded(growth, 1, 600));
        anchorTo(0, from);
        anchorTo(from, to);
    }

    function testFuzz_AR2_refusesAnyChangedBitOfProofOrRoot(uint64 from, uint64 growth, uint256 place, uint8 bit) public {
        from = uint64(bounded(from, 1, 200));
        uint64 to = from + uint64(bounded(growth, 1, 200));
        anchorTo(0, from);
        bytes32 root = tree.root(to);
        bytes32[] memory proof = tree.consistency(from, to);
        place = place % (proof.length + 1);
        bytes32 flip = bytes32(uint256(1) << bit);
        if (place == proof.length) root ^= flip;
        else proof[place] ^= flip;

        vm.prank(ALICE);
        try registry.anchor(logId, from, to, root, proof) {
            vm.assertTrue(false, "anchored a changed proof");
        } catch (bytes memory reason) {
            bytes4 selector = bytes4(reason);
            bool named = selector == IAnchorRegistry.OldRootMismatch.selector
                || selector == IAnchorRegistry.NewRootMismatch.selector;
            vm.assertTrue(named, "refused by name");
        }
    }

    // --- AR-3: views ---

    function test_AR3_aLogWithoutAHeadIsAllZero() public view {
        assertHead(0, 0, 0, 0);
        vm.assertEq(registry.verifyInclusion(logId, "", 0, NONE), false, "included in nothing");
    }

    function test_AR3_everyLeafOfTheHeadIsIncludedAndNowhereElse() public {
        anchorTo(0, 21);
        for (uint64 index = 0; index < 21; ++index) {
            bytes32[] memory proof = tree.inclusion(index, 21);
            bytes memory entry = tree.entry(index);
            vm.assertEq(registry.verifyInclusion(logId, entry, index, proof), true, "own place");
            for (uint64 other = 0; other < 24; ++other) {
                if (other == index) continue;
                vm.assertEq(registry.verifyInclusion(logId, entry, other, proof), false, "other place");
            }
            vm.assertEq(registry.verifyInclusion(logId, abi.encodePacked(entry, hex"00"), index, proof), false, "entry");
        }
    }

    function test_AR3_anIndexAtTheLimitOfItsTypeIsAnsweredNotReverted() public {
        anchorTo(0, 3);
        bytes32[] memory proof = tree.inclusion(2, 3);
        vm.assertEq(registry.verifyInclusion(logId, tree.entry(2), type(uint64).max, proof), false, "index");
    }

    function testFuzz_AR3_refusesAnyChangedBitOfAnInclusionProof(uint64 size, uint64 index, uint256 place, uint8 bit)
        public
    {
        size = uint64(bounded(size, 2, 300));
        index = uint64(bounded(index, 0, size - 1));
        anchorTo(0, size);
        bytes32[] memory proof = tree.inclusion(index, size);
        vm.assertEq(registry.verifyInclusion(logId, tree.entry(index), index, proof), true, "untouched");
        proof[place % proof.length] ^= bytes32(uint256(1) << bit);
        vm.assertEq(registry.verifyInclusion(logId, tree.entry(index), index, proof), false, "changed");
    }

    // --- steps ---

    function anchorTo(uint64 from, uint64 to) private {
        bytes32 root = tree.root(to);
        bytes32[] memory proof = from == 0 ? NONE : tree.consistency(from, to);
        vm.prank(ALICE);
        registry.anchor(logId, from, to, root, proof);
    }

    function refuses(bytes memory refusal, uint64 from, uint64 to, bytes32 root, bytes32[] memory proof) private {
        (uint64 size, bytes32 before,,) = registry.head(logId);
        vm.expectRevert(refusal);
        vm.prank(ALICE);
        registry.anchor(logId, from, to, root, proof);
        (uint64 sizeAfter, bytes32 rootAfter,,) = registry.head(logId);
        vm.assertEq(sizeAfter, size, "size after a refusal");
        vm.assertEq(rootAfter, before, "root after a refusal");
    }

    function refusesLengths(uint256 originLength, uint256 keyLength) private {
        vm.expectRevert(abi.encodeWithSelector(IAnchorRegistry.LengthOutOfBounds.selector, originLength, keyLength));
        registry.register(string(new bytes(originLength)), new bytes(keyLength));
    }

    function handTo(address newOwner) private {
        vm.prank(ALICE);
        registry.transferOwnership(logId, newOwner);
        vm.prank(newOwner);
        registry.acceptOwnership(logId);
    }

    function assertHead(uint64 size, bytes32 root, uint64 blockNumber, uint64 timestamp) private view {
        (uint64 headSize, bytes32 headRoot, uint64 headBlock, uint64 headTime) = registry.head(logId);
        vm.assertEq(headSize, size, "head size");
        vm.assertEq(headRoot, root, "head root");
        vm.assertEq(headBlock, blockNumber, "head block");
        vm.assertEq(headTime, timestamp, "head time");
    }

    function lengthError(uint256 want, uint256 got) private pure returns (bytes memory) {
        return abi.encodeWithSelector(IAnchorRegistry.WrongProofLength.selector, want, got);
    }
}
