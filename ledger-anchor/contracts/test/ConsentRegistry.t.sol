// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ConsentRegistry} from "../src/ConsentRegistry.sol";
import {IConsentRegistry} from "../src/IConsentRegistry.sol";
import {BrokenWallet, Erc1271Wallet} from "./support/Erc1271Wallet.sol";
import {Vm, bounded, vm} from "./support/Vm.sol";

contract ConsentRegistryTest {
    uint256 private constant PATIENT_KEY = 0xA11CE;
    uint256 private constant OTHER_KEY = 0xB0B;
    bytes32 private constant ID = keccak256("consent");
    bytes32 private constant TERMS = keccak256("terms");
    uint256 private constant NOW = 1_800_000_000;
    /// Order of the secp256k1 group.
    uint256 private constant N = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141;

    address private immutable PATIENT = vm.addr(PATIENT_KEY);
    address private immutable OTHER = vm.addr(OTHER_KEY);

    ConsentRegistry private registry;

    function setUp() public {
        vm.warp(NOW);
        vm.roll(77);
        registry = new ConsentRegistry();
    }

    // --- CR-1: what may follow what ---

    function test_CR1_aConsentNobodyKnowsIsNone() public view {
        assertState(PATIENT, IConsentRegistry.State.NONE, 0, 0);
    }

    function test_CR1_isNeverGrantedTwice() public {
        grant(PATIENT_KEY, grantOf(PATIENT));
        refusesGrant(notNew(IConsentRegistry.State.GRANTED), grantOf(PATIENT));

        IConsentRegistry.ConsentGrant memory newTerms = grantOf(PATIENT);
        newTerms.termsHash = keccak256("other terms");
        refusesGrant(notNew(IConsentRegistry.State.GRANTED), newTerms);
        vm.assertEq(registry.isGranted(PATIENT, ID, TERMS, 10, 20), true, "still the first terms");
    }

    function test_CR1_isNeverGrantedAfterItsRevocation() public {
        grant(PATIENT_KEY, grantOf(PATIENT));
        vm.prank(PATIENT);
        registry.revoke(ID);
        refusesGrant(notNew(IConsentRegistry.State.REVOKED), grantOf(PATIENT));
    }

    function test_CR1_aRevocationThatOvertakesItsGrantWins() public {
        vm.prank(PATIENT);
        registry.revoke(ID);
        assertState(PATIENT, IConsentRegistry.State.REVOKED, 0, 0);
        refusesGrant(notNew(IConsentRegistry.State.REVOKED), grantOf(PATIENT));
    }

    function test_CR1_aSignedRevocationThatOvertakesItsGrantWins() public {
        revokeBySignature(PATIENT_KEY, revocationOf(PATIENT));
        refusesGrant(notNew(IConsentRegistry.State.REVOKED), grantOf(PATIENT));
    }

    function test_CR1_isNeverRevokedTwice() public {
        vm.startPrank(PATIENT);
        registry.revoke(ID);
        vm.expectRevert(abi.encodeWithSelector(IConsentRegistry.AlreadyRevoked.selector, ID));
        registry.revoke(ID);
        vm.stopPrank();
        bytes memory refusal = abi.encodeWithSelector(IConsentRegistry.AlreadyRevoked.selector, ID);
        refusesRevocation(refusal, revocationOf(PATIENT), signed(PATIENT_KEY, revocationOf(PATIENT)));
    }

    function test_CR1_theSameIdOfTwoGrantorsIsTwoConsents() public {
        grant(PATIENT_KEY, grantOf(PATIENT));
        vm.prank(OTHER);
        registry.revoke(ID);
        assertGranted(PATIENT);
        assertState(OTHER, IConsentRegistry.State.REVOKED, 0, 0);
    }

    function test_CR1_aRevocationKeepsWhatWasGranted() public {
        grant(PATIENT_KEY, grantOf(PATIENT));
        vm.roll(99);
        vm.prank(PATIENT);
        registry.revoke(ID);
        assertState(PATIENT, IConsentRegistry.State.REVOKED, 77, hashOf(TERMS, 10, 20));
        vm.assertEq(registry.isGranted(PATIENT, ID, TERMS, 10, 20), false, "granted");
    }

    // --- CR-2: whose word counts ---

    function test_CR2_anybodyRelaysAGrant() public {
        IConsentRegistry.ConsentGrant memory g = grantOf(PATIENT);
        bytes memory signature = signed(PATIENT_KEY, g);
        vm.prank(OTHER);
        registry.grant(g, signature);
        assertGranted(PATIENT);
    }

    function test_CR2_anybodyRelaysARevocation() public {
        grant(PATIENT_KEY, grantOf(PATIENT));
        bytes memory signature = signed(PATIENT_KEY, revocationOf(PATIENT));
        vm.prank(OTHER);
        registry.revokeBySignature(revocationOf(PATIENT), signature);
        assertState(PATIENT, IConsentRegistry.State.REVOKED, 77, hashOf(TERMS, 10, 20));
    }

    function test_CR2_nobodyGrantsForAnother() public {
        IConsentRegistry.ConsentGrant memory g = grantOf(PATIENT);
        refusesGrant(invalid(PATIENT, registry.grantDigest(g)), g, signed(OTHER_KEY, g));
    }

    function test_CR2_nobodyRevokesForAnother() public {
        grant(PATIENT_KEY, grantOf(PATIENT));
        vm.prank(OTHER);
        registry.revoke(ID);
        assertGranted(PATIENT);

        IConsentRegistry.ConsentRevocation memory r = revocationOf(PATIENT);
        refusesRevocation(invalid(PATIENT, registry.revocationDigest(r)), r, signed(OTHER_KEY, r));
        assertGranted(PATIENT);
    }

    function test_CR2_nobodySpeaksForTheZeroAddress() public {
        IConsentRegistry.ConsentGrant memory g = grantOf(address(0));
        bytes32 digest = registry.grantDigest(g);
        refusesGrant(invalid(address(0), digest), g, abi.encodePacked(bytes32(0), bytes32(0), uint8(27)));
        refusesGrant(invalid(address(0), digest), g, "");
    }

    function test_CR2_aGrantSignatureIsNoRevocationAndTheOtherWayRound() public {
        IConsentRegistry.ConsentGrant memory g = grantOf(PATIENT);
        IConsentRegistry.ConsentRevocation memory r = revocationOf(PATIENT);
        refusesRevocation(invalid(PATIENT, registry.revocationDigest(r)), r, signed(PATIENT_KEY, g));
        refusesGrant(invalid(PATIENT, registry.grantDigest(g)), g, signed(PATIENT_KEY, r));
    }

    function test_CR2_everySignedFieldIsBound() public {
        bytes memory signature = signed(PATIENT_KEY, grantOf(PATIENT));
        IConsentRegistry.ConsentGrant memory g = grantOf(PATIENT);
        g.consentId = keccak256("another");
        refusesGrant(invalid(PATIENT, registry.grantDigest(g)), g, signature);
        g = grantOf(PATIENT);
        g.termsHash = keccak256("another");
        refusesGrant(invalid(PATIENT, registry.grantDigest(g)), g, signature);
        g = grantOf(PATIENT);
        g.notBefore += 1;
        refusesGrant(invalid(PATIENT, registry.grantDigest(g)), g, signature);
        g = grantOf(PATIENT);
        g.notAfter += 1;
        refusesGrant(invalid(PATIENT, registry.grantDigest(g)), g, signature);
        g = grantOf(PATIENT);
        g.deadline += 1;
        refusesGrant(invalid(PATIENT, registry.grantDigest(g)), g, signature);
        g = grantOf(OTHER);
        refusesGrant(invalid(OTHER, registry.grantDigest(g)), g, signature);
    }

    function test_CR2_aSignatureCountsUpToItsDeadlineAndNotASecondLonger() public {
        IConsentRegistry.ConsentGrant memory g = grantOf(PATIENT);
        bytes memory signature = signed(PATIENT_KEY, g);
        vm.warp(g.deadline + 1);
        refusesGrant(expired(g.deadline), g, signature);
        vm.warp(g.deadline);
        registry.grant(g, signature);
        assertGranted(PATIENT);

        IConsentRegistry.ConsentRevocation memory r = revocationOf(PATIENT);
        signature = signed(PATIENT_KEY, r);
        vm.warp(r.deadline + 1);
        refusesRevocation(expired(r.deadline), r, signature);
        vm.warp(r.deadline);
        registry.revokeBySignature(r, signature);
        assertState(PATIENT, IConsentRegistry.State.REVOKED, 77, hashOf(TERMS, 10, 20));
    }

    function test_CR2_aSignatureForAnotherChainDoesNotCount() public {
        IConsentRegistry.ConsentGrant memory g = grantOf(PATIENT);
        IConsentRegistry.ConsentRevocation memory r = revocationOf(PATIENT);
        bytes memory grantSignature = signed(PATIENT_KEY, g);
        bytes memory revocationSignature = signed(PATIENT_KEY, r);
        vm.chainId(1);
        refusesGrant(invalid(PATIENT, registry.grantDigest(g)), g, grantSignature);
        refusesRevocation(invalid(PATIENT, registry.revocationDigest(r)), r, revocationSignature);
    }

    function test_CR2_aSignatureForAnotherContractDoesNotCount() public {
        IConsentRegistry.ConsentGrant memory g = grantOf(PATIENT);
        bytes memory signature = signed(PATIENT_KEY, g);
        registry = new ConsentRegistry();
        refusesGrant(invalid(PATIENT, registry.grantDigest(g)), g, signature);
    }

    function test_CR2_aMalleableTwinOfASignatureDoesNotCount() public {
        IConsentRegistry.ConsentGrant memory g = grantOf(PATIENT);
        bytes32 digest = registry.grantDigest(g);
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(PATIENT_KEY, digest);
        bytes memory twin = abi.encodePacked(r, bytes32(N - uint256(s)), v == 27 ? uint8(28) : uint8(27));
        refusesGrant(invalid(PATIENT, digest), g, twin);
    }

    function test_CR2_FOL9_everyFormOfTheSameSignatureCounts() public {
        for (uint256 form = 0; form < 3; ++form) {
            IConsentRegistry.ConsentGrant memory g = grantOf(PATIENT);
            g.consentId = keccak256(abi.encode("form", form));
            registry.grant(g, inForm(form, registry.grantDigest(g)));
            IConsentRegistry.ConsentRevocation memory r = revocationOf(PATIENT);
            r.consentId = g.consentId;
            registry.revokeBySignature(r, inForm(form, registry.revocationDigest(r)));
        }
        vm.assertEq(registry.lastNumber(), 6, "each form counted twice");
    }

    /// r ‖ s ‖ v with v as 27 and 28, as 0 and 1, and r ‖ vs.
    function inForm(uint256 form, bytes32 digest) private pure returns (bytes memory) {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(PATIENT_KEY, digest);
        if (form == 0) return abi.encodePacked(r, s, v);
        if (form == 1) return abi.encodePacked(r, s, v - 27);
        return abi.encodePacked(r, bytes32(uint256(s) | uint256(v - 27) << 255));
    }

    function test_CR2_aMalleableTwinDoesNotCountInAnyForm() public {
        IConsentRegistry.ConsentGrant memory g = grantOf(PATIENT);
        bytes32 digest = registry.grantDigest(g);
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(PATIENT_KEY, digest);
        bytes32 upper = bytes32(N - uint256(s));
        refusesGrant(invalid(PATIENT, digest), g, abi.encodePacked(r, upper, v == 27 ? uint8(1) : uint8(0)));
        refusesGrant(
            invalid(PATIENT, digest), g, abi.encodePacked(r, bytes32(uint256(upper) & ~(uint256(1) << 255)))
        );
    }

    function test_CR2_aSignatureOfAnotherShapeDoesNotCount() public {
        IConsentRegistry.ConsentGrant memory g = grantOf(PATIENT);
        bytes32 digest = registry.grantDigest(g);
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(PATIENT_KEY, digest);
        bytes32 compact = bytes32(uint256(s) | uint256(v - 27) << 255);
        refusesGrant(invalid(PATIENT, digest), g, "");
        refusesGrant(invalid(PATIENT, digest), g, abi.encodePacked(r));
        refusesGrant(invalid(PATIENT, digest), g, abi.encodePacked(r, bytes31(s)));
        refusesGrant(invalid(PATIENT, digest), g, abi.encodePacked(r, compact ^ bytes32(uint256(1) << 255)));
        refusesGrant(invalid(PATIENT, digest), g, abi.encodePacked(r, s, v, uint8(0)));
        refusesGrant(invalid(PATIENT, digest), g, abi.encodePacked(r, s, uint8(55) - v));
        refusesGrant(invalid(PATIENT, digest), g, abi.encodePacked(r, s, uint8(28) - v));
        refusesGrant(invalid(PATIENT, digest), g, abi.encodePacked(r, s, uint8(2)));
        refusesGrant(invalid(PATIENT, digest), g, abi.encodePacked(r, s, v + 2));
        refusesGrant(invalid(PATIENT, digest), g, new bytes(64));
        refusesGrant(invalid(PATIENT, digest), g, new bytes(65));
    }

    function test_CR2_aPeriodWithoutASecondInItIsRefused() public {
        IConsentRegistry.ConsentGrant memory g = grantOf(PATIENT);
        g.notBefore = 20;
        refusesGrant(abi.encodeWithSelector(IConsentRegistry.EmptyPeriod.selector, 20, 20), g);
        g.notBefore = 21;
        refusesGrant(abi.encodeWithSelector(IConsentRegistry.EmptyPeriod.selector, 21, 20), g);
        g.notBefore = 19;
        grant(PATIENT_KEY, g);
    }

    // --- CR-2: contract wallets (ERC-1271) ---

    function test_CR2_aWalletGrantsAndRevokesWithItsKeysSignature() public {
        address wallet = address(new Erc1271Wallet(PATIENT));
        grant(PATIENT_KEY, grantOf(wallet));
        assertGranted(wallet);
        revokeBySignature(PATIENT_KEY, revocationOf(wallet));
        assertState(wallet, IConsentRegistry.State.REVOKED, 77, hashOf(TERMS, 10, 20));
        assertState(PATIENT, IConsentRegistry.State.NONE, 0, 0);
    }

    function test_CR2_aWalletRevokesByItself() public {
        Erc1271Wallet wallet = new Erc1271Wallet(PATIENT);
        wallet.revoke(registry, ID);
        assertState(address(wallet), IConsentRegistry.State.REVOKED, 0, 0);
    }

    function test_CR2_aWalletsNoIsANo() public {
        IConsentRegistry.ConsentGrant memory g = grantOf(address(new Erc1271Wallet(PATIENT)));
        refusesGrant(invalid(g.grantor, registry.grantDigest(g)), g, signed(OTHER_KEY, g));
    }

    function test_CR2_aWalletThatRevertsOrBabblesIsANo() public {
        for (uint256 way = 0; way < 3; ++way) {
            IConsentRegistry.ConsentGrant memory g = grantOf(address(new BrokenWallet(BrokenWallet.Way(way))));
            refusesGrant(invalid(g.grantor, registry.grantDigest(g)), g, signed(PATIENT_KEY, g));
        }
    }

    function test_CR2_anAccountWithCodeNoLongerSpeaksThroughItsOldKey() public {
        IConsentRegistry.ConsentGrant memory g = grantOf(PATIENT);
        bytes memory signature = signed(PATIENT_KEY, g);
        vm.etch(PATIENT, address(new BrokenWallet(BrokenWallet.Way.ANSWERS_TRUE)).code);
        refusesGrant(invalid(PATIENT, registry.grantDigest(g)), g, signature);
    }

    // --- CR-3: events and views ---

    function test_CR3_saysWhatWasGranted() public {
        IConsentRegistry.ConsentGrant memory g = grantOf(PATIENT);
        bytes memory signature = signed(PATIENT_KEY, g);
        vm.expectEmit(true, true, true, true, address(registry));
        emit IConsentRegistry.ConsentGranted(ID, PATIENT, TERMS, 10, 20, 1);
        registry.grant(g, signature);
        assertGranted(PATIENT);
    }

    function test_CR3_saysWhatWasRevokedEitherWay() public {
        vm.expectEmit(true, true, true, true, address(registry));
        emit IConsentRegistry.ConsentRevoked(ID, PATIENT, 1);
        vm.prank(PATIENT);
        registry.revoke(ID);

        IConsentRegistry.ConsentRevocation memory r = revocationOf(OTHER);
        bytes memory signature = signed(OTHER_KEY, r);
        vm.expectEmit(true, true, true, true, address(registry));
        emit IConsentRegistry.ConsentRevoked(ID, OTHER, 2);
        registry.revokeBySignature(r, signature);
    }

    function test_CR3_FOL7_numbersItsEventsWithoutAGap() public {
        vm.assertEq(registry.lastNumber(), 0, "before the first");
        vm.recordLogs();
        grant(PATIENT_KEY, grantOf(PATIENT));
        refusesGrant(notNew(IConsentRegistry.State.GRANTED), grantOf(PATIENT));
        vm.prank(OTHER);
        registry.revoke(ID);
        revokeBySignature(PATIENT_KEY, revocationOf(PATIENT));
        Vm.Log[] memory logs = vm.getRecordedLogs();
        vm.assertEq(logs.length, 3, "events");
        for (uint256 i = 0; i < 3; ++i) vm.assertEq(numberOf(logs[i].data), i + 1, "number");
        vm.assertEq(registry.lastNumber(), 3, "the newest");
    }

    /// The last word of the event's data.
    function numberOf(bytes memory data) private pure returns (uint256 last) {
        assembly {
            last := mload(add(data, mload(data)))
        }
    }

    function test_CR3_FOL7_tellsManyStatesOfOneBlock() public {
        grant(PATIENT_KEY, grantOf(PATIENT));
        vm.prank(OTHER);
        registry.revoke(ID);
        address[] memory grantors = new address[](3);
        (grantors[0], grantors[1], grantors[2]) = (OTHER, PATIENT, address(1));
        bytes32[] memory ids = new bytes32[](3);
        (ids[0], ids[1], ids[2]) = (ID, ID, ID);
        (uint64 number, IConsentRegistry.ConsentState[] memory states) = registry.statesOf(grantors, ids);
        vm.assertEq(number, 2, "number");
        vm.assertEq(uint256(states[0].state), uint256(IConsentRegistry.State.REVOKED), "revoked");
        vm.assertEq(uint256(states[1].state), uint256(IConsentRegistry.State.GRANTED), "granted");
        vm.assertEq(states[1].grantedBlock, 77, "block");
        vm.assertEq(bytes32(states[1].grantHash), bytes32(hashOf(TERMS, 10, 20)), "hash");
        vm.assertEq(uint256(states[2].state), uint256(IConsentRegistry.State.NONE), "none");
    }

    function test_CR3_tellsOfAThousandStatesAndOfNoMore() public {
        (, IConsentRegistry.ConsentState[] memory states) =
            registry.statesOf(new address[](1000), new bytes32[](1000));
        vm.assertEq(states.length, 1000, "states");
        vm.expectRevert(abi.encodeWithSelector(IConsentRegistry.WrongLength.selector, 1001, 1001));
        registry.statesOf(new address[](1001), new bytes32[](1001));
        vm.expectRevert(abi.encodeWithSelector(IConsentRegistry.WrongLength.selector, 1, 2));
        registry.statesOf(new address[](1), new bytes32[](2));
    }

    function test_CR3_isGrantedOnlyWithExactlyTheseTermsAndTimes() public {
        grant(PATIENT_KEY, grantOf(PATIENT));
        vm.assertEq(registry.isGranted(PATIENT, ID, TERMS, 10, 20), true, "as granted");
        vm.assertEq(registry.isGranted(PATIENT, ID, keccak256("x"), 10, 20), false, "terms");
        vm.assertEq(registry.isGranted(PATIENT, ID, TERMS, 11, 20), false, "not before");
        vm.assertEq(registry.isGranted(PATIENT, ID, TERMS, 10, 21), false, "not after");
        vm.assertEq(registry.isGranted(PATIENT, keccak256("x"), TERMS, 10, 20), false, "id");
        vm.assertEq(registry.isGranted(OTHER, ID, TERMS, 10, 20), false, "grantor");
    }

    function testFuzz_CR2_whatIsSignedIsWhatIsGranted(
        bytes32 consentId,
        bytes32 termsHash,
        uint64 notBefore,
        uint64 notAfter,
        uint256 deadline,
        uint256 key
    ) public {
        notBefore = uint64(bounded(notBefore, 0, type(uint64).max - 1));
        notAfter = uint64(bounded(notAfter, uint256(notBefore) + 1, type(uint64).max));
        deadline = bounded(deadline, NOW, type(uint256).max - 1);
        key = bounded(key, 1, N - 1);
        address grantor = vm.addr(key);
        grant(key, IConsentRegistry.ConsentGrant(consentId, termsHash, grantor, notBefore, notAfter, deadline));
        vm.assertEq(registry.isGranted(grantor, consentId, termsHash, notBefore, notAfter), true, "granted");

        revokeBySignature(key, IConsentRegistry.ConsentRevocation(consentId, grantor, deadline));
        vm.assertEq(registry.isGranted(grantor, consentId, termsHash, notBefore, notAfter), false, "revoked");
    }

    function testFuzz_CR2_noChangedBitOfASignatureCounts(uint256 place, uint8 bit) public {
        IConsentRegistry.ConsentGrant memory g = grantOf(PATIENT);
        bytes memory signature = signed(PATIENT_KEY, g);
        place = place % 65;
        signature[place] ^= bytes1(uint8(1) << (bit % 8));
        refusesGrant(invalid(PATIENT, registry.grantDigest(g)), g, signature);
    }

    // --- steps ---

    function grantOf(address grantor) private pure returns (IConsentRegistry.ConsentGrant memory) {
        return IConsentRegistry.ConsentGrant(ID, TERMS, grantor, 10, 20, NOW + 100);
    }

    function revocationOf(address grantor) private pure returns (IConsentRegistry.ConsentRevocation memory) {
        return IConsentRegistry.ConsentRevocation(ID, grantor, NOW + 200);
    }

    function signed(uint256 key, IConsentRegistry.ConsentGrant memory g) private view returns (bytes memory) {
        return signature65(key, registry.grantDigest(g));
    }

    function signed(uint256 key, IConsentRegistry.ConsentRevocation memory r) private view returns (bytes memory) {
        return signature65(key, registry.revocationDigest(r));
    }

    function signature65(uint256 key, bytes32 digest) private pure returns (bytes memory) {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(key, digest);
        return abi.encodePacked(r, s, v);
    }

    function grant(uint256 key, IConsentRegistry.ConsentGrant memory g) private {
        registry.grant(g, signed(key, g));
    }

    function revokeBySignature(uint256 key, IConsentRegistry.ConsentRevocation memory r) private {
        registry.revokeBySignature(r, signed(key, r));
    }

    function refusesGrant(bytes memory refusal, IConsentRegistry.ConsentGrant memory g) private {
        refusesGrant(refusal, g, signed(PATIENT_KEY, g));
    }

    function refusesGrant(bytes memory refusal, IConsentRegistry.ConsentGrant memory g, bytes memory signature) private {
        vm.expectRevert(refusal);
        registry.grant(g, signature);
    }

    function refusesRevocation(
        bytes memory refusal,
        IConsentRegistry.ConsentRevocation memory r,
        bytes memory signature
    ) private {
        vm.expectRevert(refusal);
        registry.revokeBySignature(r, signature);
    }

    function assertGranted(address grantor) private view {
        assertState(grantor, IConsentRegistry.State.GRANTED, 77, hashOf(TERMS, 10, 20));
    }

    function assertState(address grantor, IConsentRegistry.State want, uint256 wantBlock, bytes25 wantHash)
        private
        view
    {
        (IConsentRegistry.State state, uint48 grantedBlock, bytes25 grantHash) = registry.stateOf(grantor, ID);
        vm.assertEq(uint256(state), uint256(want), "state");
        vm.assertEq(grantedBlock, wantBlock, "granted block");
        vm.assertEq(bytes32(grantHash), bytes32(wantHash), "grant hash");
    }

    function hashOf(bytes32 terms, uint64 notBefore, uint64 notAfter) private pure returns (bytes25) {
        return bytes25(keccak256(abi.encode(terms, notBefore, notAfter)));
    }

    function notNew(IConsentRegistry.State state) private pure returns (bytes memory) {
        return abi.encodeWithSelector(IConsentRegistry.ConsentNotNew.selector, ID, state);
    }

    function invalid(address grantor, bytes32 digest) private pure returns (bytes memory) {
        return abi.encodeWithSelector(IConsentRegistry.InvalidSignature.selector, grantor, digest);
    }

    function expired(uint256 deadline) private view returns (bytes memory) {
        return abi.encodeWithSelector(IConsentRegistry.SignatureExpired.selector, deadline, block.timestamp);
    }
}
