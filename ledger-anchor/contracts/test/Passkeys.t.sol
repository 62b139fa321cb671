// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Base64} from "@openzeppelin/contracts/utils/Base64.sol";
import {P256} from "@openzeppelin/contracts/utils/cryptography/P256.sol";

import {ConsentRegistry} from "../src/ConsentRegistry.sol";
import {IConsentRegistry} from "../src/IConsentRegistry.sol";
import {PasskeyVerifier} from "../src/PasskeyVerifier.sol";
import {bounded, vm} from "./support/Vm.sol";

/// KEY-2: grantors whose key is a passkey, on a chain without the P-256 precompile. On one with it (EIP-7951) and without:
/// test-js/passkeys.test.mjs.
contract PasskeysTest {
    uint256 private constant KEY = 0xA11CE;
    uint256 private constant NOW = 1_800_000_000;
    bytes32 private constant SITE = sha256("clinic.example.org");
    bytes32 private constant OTHER_SITE = sha256("clinic.example.com");
    bytes1 private constant PRESENT_AND_VERIFIED = 0x05;
    bytes1 private constant PRESENT = 0x01;
    string private constant CLIENT_DATA_END = '","origin":"https://clinic.example.org","crossOrigin":false}';

    ConsentRegistry private registry;

    function setUp() public {
        vm.warp(NOW);
        registry = new ConsentRegistry();
    }

    function test_KEY2_aPasskeyGrantsAndRevokesWhoeverRelays() public {
        IConsentRegistry.ConsentGrant memory g = grantOf(passkey());
        registry.grant(g, signed(registry.grantDigest(g)));
        vm.assertEq(registry.isGranted(g.grantor, g.consentId, g.termsHash, 10, 20), true, "granted");
        IConsentRegistry.ConsentRevocation memory r =
            IConsentRegistry.ConsentRevocation({consentId: g.consentId, grantor: g.grantor, deadline: NOW + 60});
        registry.revokeBySignature(r, signed(registry.revocationDigest(r)));
        vm.assertEq(registry.isGranted(g.grantor, g.consentId, g.termsHash, 10, 20), false, "revoked");
        refuses(abi.encodeWithSelector(
            IConsentRegistry.ConsentNotNew.selector, g.consentId, IConsentRegistry.State.REVOKED
        ), g, signed(registry.grantDigest(g)));
    }

    function test_KEY2_whatWasSignedForAnotherDigestDoesNotCount() public {
        IConsentRegistry.ConsentGrant memory g = grantOf(passkey());
        bytes32 digest = registry.grantDigest(g);
        refusesAny(g, signed(keccak256("another")));
        g.termsHash = keccak256("other terms");
        refuses(invalid(g), g, signed(digest));
    }

    function test_KEY2_aSignatureForAnotherChainOrContractDoesNotCount() public {
        IConsentRegistry.ConsentGrant memory g = grantOf(passkey());
        bytes memory signature = signed(registry.grantDigest(g));
        vm.chainId(1);
        refuses(invalid(g), g, signature);
        vm.chainId(31337);
        registry = new ConsentRegistry();
        refuses(invalid(g), g, signature);
    }

    function test_KEY2_aKeyOfAnotherSiteDoesNotCount() public {
        bytes memory elsewhere = signerOf(registry.passkeyVerifier(), KEY, OTHER_SITE);
        IConsentRegistry.ConsentGrant memory g = grantOf(addressOf(elsewhere));
        bytes32 digest = registry.grantDigest(g);
        refuses(invalid(g), g, bytes.concat(elsewhere, assertion(KEY, digest, SITE, PRESENT_AND_VERIFIED)));
        registry.grant(g, bytes.concat(elsewhere, assertion(KEY, digest, OTHER_SITE, PRESENT_AND_VERIFIED)));
    }

    function test_KEY2_aUserWhoWasNotVerifiedDoesNotCount() public {
        IConsentRegistry.ConsentGrant memory g = grantOf(passkey());
        bytes32 digest = registry.grantDigest(g);
        refusesAny(g, bytes.concat(signer(), assertion(KEY, digest, SITE, PRESENT)));
        refusesAny(g, bytes.concat(signer(), assertion(KEY, digest, SITE, 0x04)));
        refusesAny(g, bytes.concat(signer(), assertion(KEY, digest, SITE, 0x15)));
    }

    function test_KEY2_anotherKeyAndAnotherVerifierDoNotCount() public {
        IConsentRegistry.ConsentGrant memory g = grantOf(passkey());
        bytes32 digest = registry.grantDigest(g);
        refusesAny(g, bytes.concat(signer(), assertion(0xB0B, digest, SITE, PRESENT_AND_VERIFIED)));
        bytes memory other = signerOf(registry.passkeyVerifier(), 0xB0B, SITE);
        refusesAny(g, bytes.concat(other, assertion(0xB0B, digest, SITE, PRESENT_AND_VERIFIED)));

        PasskeyVerifier own = new PasskeyVerifier();
        bytes memory elsewhere = signerOf(address(own), KEY, SITE);
        g = grantOf(addressOf(elsewhere));
        digest = registry.grantDigest(g);
        refuses(invalid(g), g, bytes.concat(elsewhere, assertion(KEY, digest, SITE, PRESENT_AND_VERIFIED)));
    }

    function test_KEY2_aMalleableTwinDoesNotCount() public {
        IConsentRegistry.ConsentGrant memory g = grantOf(passkey());
        bytes memory data = authenticatorData(SITE, PRESENT_AND_VERIFIED);
        string memory client = clientData(registry.grantDigest(g), "webauthn.get");
        (bytes32 r, bytes32 s) = vm.signP256(KEY, sha256(bytes.concat(data, sha256(bytes(client)))));
        bytes32 lower = uint256(s) > P256.N / 2 ? bytes32(P256.N - uint256(s)) : s;
        bytes memory twin = abi.encode(r, bytes32(P256.N - uint256(lower)), uint256(23), uint256(1), data, client);
        refusesAny(g, bytes.concat(signer(), twin));
    }

    function test_KEY2_aRegistrationIsNoAssertion() public {
        IConsentRegistry.ConsentGrant memory g = grantOf(passkey());
        bytes memory data = authenticatorData(SITE, PRESENT_AND_VERIFIED);
        string memory client = clientData(registry.grantDigest(g), "webauthn.new");
        (bytes32 r, bytes32 s) = lowSigned(KEY, data, client);
        refusesAny(g, bytes.concat(signer(), abi.encode(r, s, uint256(23), uint256(1), data, client)));
    }

    function testFuzz_KEY2_noChangedByteOfASignatureCounts(uint256 place, uint8 flip) public {
        IConsentRegistry.ConsentGrant memory g = grantOf(passkey());
        bytes memory signature = signed(registry.grantDigest(g));
        place = bounded(place, 0, signature.length - 1);
        bytes32 whole = keccak256(readingOf(signature));
        signature[place] = bytes1(uint8(signature[place]) ^ uint8(bounded(flip, 1, 255)));
        (bool granted,) = address(registry).call(abi.encodeCall(registry.grant, (g, signature)));
        // A byte of padding that ABI readers skip is no part of what was signed.
        vm.assertTrue(!granted || keccak256(readingOf(signature)) == whole, "a changed signature counted");
    }

    function testFuzz_KEY2_noPieceOfASignatureCounts(uint256 length) public {
        IConsentRegistry.ConsentGrant memory g = grantOf(passkey());
        bytes memory signature = signed(registry.grantDigest(g));
        length = bounded(length, 0, signature.length - 96);
        bytes memory piece = new bytes(length);
        for (uint256 i = 0; i < length; ++i) piece[i] = signature[i];
        refusesAny(g, piece);
    }

    /// What an ABI reader takes from the assertion: everything but padding.
    function readingOf(bytes memory signature) private pure returns (bytes memory) {
        bytes memory head = new bytes(116);
        bytes memory rest = new bytes(signature.length - 116);
        for (uint256 i = 0; i < 116; ++i) head[i] = signature[i];
        for (uint256 i = 0; i < rest.length; ++i) rest[i] = signature[116 + i];
        (bytes32 r, bytes32 s, uint256 challenge, uint256 kind, bytes memory data, string memory client) =
            abi.decode(rest, (bytes32, bytes32, uint256, uint256, bytes, string));
        return bytes.concat(head, abi.encode(r, s, challenge, kind, data, client));
    }

    function refusesAny(IConsentRegistry.ConsentGrant memory g, bytes memory signature) private {
        refuses(invalid(g), g, signature);
    }

    function refuses(bytes memory refusal, IConsentRegistry.ConsentGrant memory g, bytes memory signature) private {
        vm.expectRevert(refusal);
        registry.grant(g, signature);
    }

    function invalid(IConsentRegistry.ConsentGrant memory g) private view returns (bytes memory) {
        return abi.encodeWithSelector(
            IConsentRegistry.InvalidSignature.selector, g.grantor, registry.grantDigest(g)
        );
    }

    function grantOf(address grantor) private pure returns (IConsentRegistry.ConsentGrant memory) {
        return IConsentRegistry.ConsentGrant({
            consentId: keccak256("consent"),
            termsHash: keccak256("terms"),
            grantor: grantor,
            notBefore: 10,
            notAfter: 20,
            deadline: NOW + 60
        });
    }

    function passkey() private view returns (address) {
        return addressOf(signer());
    }

    function signer() private view returns (bytes memory) {
        return signerOf(registry.passkeyVerifier(), KEY, SITE);
    }

    function signerOf(address verifier, uint256 key, bytes32 site) private pure returns (bytes memory) {
        (uint256 x, uint256 y) = vm.publicKeyP256(key);
        return abi.encodePacked(verifier, x, y, site);
    }

    function addressOf(bytes memory signerBytes) private pure returns (address) {
        return address(uint160(uint256(keccak256(signerBytes))));
    }

    function signed(bytes32 digest) private view returns (bytes memory) {
        return bytes.concat(signer(), assertion(KEY, digest, SITE, PRESENT_AND_VERIFIED));
    }

    function assertion(uint256 key, bytes32 digest, bytes32 site, bytes1 flags) private pure returns (bytes memory) {
        bytes memory data = authenticatorData(site, flags);
        string memory client = clientData(digest, "webauthn.get");
        (bytes32 r, bytes32 s) = lowSigned(key, data, client);
        return abi.encode(r, s, uint256(23), uint256(1), data, client);
    }

    function lowSigned(uint256 key, bytes memory data, string memory client)
        private
        pure
        returns (bytes32 r, bytes32 s)
    {
        (r, s) = vm.signP256(key, sha256(bytes.concat(data, sha256(bytes(client)))));
        if (uint256(s) > P256.N / 2) s = bytes32(P256.N - uint256(s));
    }

    function authenticatorData(bytes32 site, bytes1 flags) private pure returns (bytes memory) {
        return abi.encodePacked(site, flags, uint32(7));
    }

    function clientData(bytes32 digest, string memory kind) private pure returns (string memory) {
        return string.concat(
            '{"type":"', kind, '","challenge":"', Base64.encodeURL(abi.encodePacked(digest)), CLIENT_DATA_END
        );
    }
}
