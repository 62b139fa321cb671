// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ConsentRegistry} from "../src/ConsentRegistry.sol";
import {IConsentRegistry} from "../src/IConsentRegistry.sol";
import {vm} from "./support/Vm.sol";

/// CR-5: Solidity's digests against the vectors that viem made (test-js/digests.test.mjs); Java reads the same file.
contract DigestsTest {
    string private constant VECTORS = "../src/test/resources/eip712-vectors.json";
    bytes32 private constant KEY_BINDING_TYPE = keccak256("KeyBinding(bytes32 subject,address key,uint256 deadline)");
    bytes32 private constant DOMAIN_TYPE =
        keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)");

    string private json;
    bytes private code;

    function setUp() public {
        json = vm.readFile(VECTORS);
        code = address(new ConsentRegistry()).code;
    }

    function test_CR5_agreesWithEveryVector() public {
        uint256 count = 0;
        for (; vm.keyExistsJson(json, row(count)); ++count) {
            string memory path = row(count);
            IConsentRegistry registry = registryAt(path);
            bytes32 want = vm.parseJsonBytes32(json, field(path, "digest"));
            vm.assertEq(digest(path, registry), want, text(path, "name"));
            requireSigner(path, want);
        }
        vm.assertTrue(count >= 18, "a full vector file");
    }

    /// The registry as it stands on the vector's chain, at the vector's address.
    function registryAt(string memory path) private returns (IConsentRegistry) {
        address verifyingContract = vm.parseJsonAddress(json, field(path, "domain.verifyingContract"));
        vm.chainId(number(path, "domain.chainId"));
        vm.etch(verifyingContract, code);
        return IConsentRegistry(verifyingContract);
    }

    function digest(string memory path, IConsentRegistry registry) private view returns (bytes32) {
        bytes32 primaryType = keccak256(bytes(text(path, "primaryType")));
        if (primaryType == keccak256("ConsentGrant")) return registry.grantDigest(grantOf(path));
        if (primaryType == keccak256("ConsentRevocation")) return registry.revocationDigest(revocationOf(path));
        vm.assertEq(primaryType, keccak256("KeyBinding"), "a type that is known");
        return keyBindingDigest(path, registry);
    }

    function grantOf(string memory path) private view returns (IConsentRegistry.ConsentGrant memory) {
        return IConsentRegistry.ConsentGrant({
            consentId: vm.parseJsonBytes32(json, field(path, "message.consentId")),
            termsHash: vm.parseJsonBytes32(json, field(path, "message.termsHash")),
            grantor: vm.parseJsonAddress(json, field(path, "message.grantor")),
            notBefore: uint64(number(path, "message.notBefore")),
            notAfter: uint64(number(path, "message.notAfter")),
            deadline: number(path, "message.deadline")
        });
    }

    function revocationOf(string memory path) private view returns (IConsentRegistry.ConsentRevocation memory) {
        return IConsentRegistry.ConsentRevocation({
            consentId: vm.parseJsonBytes32(json, field(path, "message.consentId")),
            grantor: vm.parseJsonAddress(json, field(path, "message.grantor")),
            deadline: number(path, "message.deadline")
        });
    }

    /// A key binding never reaches the chain; it is signed in the domain that the registry states (ERC-5267).
    function keyBindingDigest(string memory path, IConsentRegistry registry) private view returns (bytes32) {
        (, string memory name, string memory version, uint256 chainId, address verifyingContract,,) =
            ConsentRegistry(address(registry)).eip712Domain();
        bytes32 domain = keccak256(
            abi.encode(DOMAIN_TYPE, keccak256(bytes(name)), keccak256(bytes(version)), chainId, verifyingContract)
        );
        vm.assertEq(domain, vm.parseJsonBytes32(json, field(path, "domainSeparator")), "domain separator");
        bytes32 binding = keccak256(
            abi.encode(
                KEY_BINDING_TYPE,
                vm.parseJsonBytes32(json, field(path, "message.subject")),
                vm.parseJsonAddress(json, field(path, "message.key")),
                number(path, "message.deadline")
            )
        );
        return keccak256(abi.encodePacked(hex"1901", domain, binding));
    }

    function requireSigner(string memory path, bytes32 signedDigest) private view {
        bytes memory signature = vm.parseJsonBytes(json, field(path, "signature"));
        (bytes32 r, bytes32 s, uint8 v) = (word(signature, 0), word(signature, 32), uint8(signature[64]));
        vm.assertEq(ecrecover(signedDigest, v, r, s), vm.parseJsonAddress(json, field(path, "signer")), "signer");
    }

    function word(bytes memory data, uint256 offset) private pure returns (bytes32 result) {
        for (uint256 i = 0; i < 32; ++i) result |= bytes32(data[offset + i]) >> (8 * i);
    }

    function row(uint256 index) private pure returns (string memory) {
        return string.concat(".vectors[", vm.toString(index), "]");
    }

    function field(string memory path, string memory name) private pure returns (string memory) {
        return string.concat(path, ".", name);
    }

    function text(string memory path, string memory name) private view returns (string memory) {
        return vm.parseJsonString(json, field(path, name));
    }

    /// Numbers stand in the file as decimal strings.
    function number(string memory path, string memory name) private view returns (uint256) {
        return vm.parseUint(text(path, name));
    }
}
