// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ConsentRegistry} from "../src/ConsentRegistry.sol";
import {IConsentRegistry} from "../src/IConsentRegistry.sol";
import {bounded, vm} from "./support/Vm.sol";

/// Three grantors, four consents each, and relayers who replay, forge and come late. The model beside the registry
/// moves only as CR-1 allows; a call must succeed exactly where the model says so.
contract ConsentActors {
    uint256 public constant GRANTORS = 3;
    uint256 public constant CONSENTS = 4;

    ConsentRegistry public immutable REGISTRY = new ConsentRegistry();

    mapping(uint256 grantor => mapping(uint256 consent => IConsentRegistry.State)) public model;
    string public brokenBy;
    uint256 public moves;

    IConsentRegistry.ConsentGrant[] private grants;
    bytes[] private grantSignatures;
    uint256 private now_ = 1_800_000_000;

    constructor() {
        vm.warp(now_);
    }

    function grantorOf(uint256 grantor) public pure returns (address) {
        return vm.addr(grantor + 1);
    }

    function idOf(uint256 consent) public pure returns (bytes32) {
        return keccak256(abi.encode("consent", consent));
    }

    function grant(uint256 grantor, uint256 consent, bytes32 terms, uint256 validFor) external {
        (grantor, consent) = (grantor % GRANTORS, consent % CONSENTS);
        uint256 deadline = now_ + bounded(validFor, 0, 1000);
        IConsentRegistry.ConsentGrant memory g =
            IConsentRegistry.ConsentGrant(idOf(consent), terms, grantorOf(grantor), 1, 2, deadline);
        bytes memory signature = sign(grantor, REGISTRY.grantDigest(g));
        grants.push(g);
        grantSignatures.push(signature);
        bool want = model[grantor][consent] == IConsentRegistry.State.NONE;
        vm.warp(now_);
        try REGISTRY.grant(g, signature) {
            if (!want) brokenBy = "granted what was not new";
            model[grantor][consent] = IConsentRegistry.State.GRANTED;
            ++moves;
        } catch {
            if (want) brokenBy = "refused a first grant";
        }
    }

    /// A signature that was seen before never moves anything: its consent was granted or revoked meanwhile.
    function replayAGrant(uint256 which) external {
        if (grants.length == 0) return;
        which = which % grants.length;
        vm.warp(now_);
        try REGISTRY.grant(grants[which], grantSignatures[which]) {
            brokenBy = "a replayed grant";
        } catch {}
    }

    function forgeAGrant(uint256 grantor, uint256 forger, uint256 consent) external {
        (grantor, forger, consent) = (grantor % GRANTORS, forger % GRANTORS, consent % CONSENTS);
        if (grantor == forger) return;
        IConsentRegistry.ConsentGrant memory g =
            IConsentRegistry.ConsentGrant(idOf(consent), bytes32(0), grantorOf(grantor), 1, 2, type(uint256).max);
        bytes memory signature = sign(forger, REGISTRY.grantDigest(g));
        try REGISTRY.grant(g, signature) {
            brokenBy = "a forged grant";
        } catch {}
    }

    function grantTooLate(uint256 grantor, uint256 consent) external {
        (grantor, consent) = (grantor % GRANTORS, consent % CONSENTS);
        IConsentRegistry.ConsentGrant memory g =
            IConsentRegistry.ConsentGrant(idOf(consent), bytes32(0), grantorOf(grantor), 1, 2, now_ - 1);
        bytes memory signature = sign(grantor, REGISTRY.grantDigest(g));
        vm.warp(now_);
        try REGISTRY.grant(g, signature) {
            brokenBy = "a grant past its deadline";
        } catch {}
    }

    function revoke(uint256 grantor, uint256 consent) external {
        (grantor, consent) = (grantor % GRANTORS, consent % CONSENTS);
        bool want = model[grantor][consent] != IConsentRegistry.State.REVOKED;
        vm.prank(grantorOf(grantor));
        try REGISTRY.revoke(idOf(consent)) {
            if (!want) brokenBy = "revoked twice";
            model[grantor][consent] = IConsentRegistry.State.REVOKED;
            ++moves;
        } catch {
            if (want) brokenBy = "refused a revocation";
        }
    }

    function revokeBySignature(uint256 grantor, uint256 consent, uint256 signer) external {
        (grantor, consent, signer) = (grantor % GRANTORS, consent % CONSENTS, signer % GRANTORS);
        IConsentRegistry.ConsentRevocation memory r =
            IConsentRegistry.ConsentRevocation(idOf(consent), grantorOf(grantor), now_);
        bytes memory signature = sign(signer, REGISTRY.revocationDigest(r));
        bool want = signer == grantor && model[grantor][consent] != IConsentRegistry.State.REVOKED;
        vm.warp(now_);
        try REGISTRY.revokeBySignature(r, signature) {
            if (!want) brokenBy = "a revocation that is not the grantor's";
            model[grantor][consent] = IConsentRegistry.State.REVOKED;
            ++moves;
        } catch {
            if (want) brokenBy = "refused a signed revocation";
        }
    }

    function pass(uint256 time) external {
        now_ += bounded(time, 1, 100_000);
    }

    function sign(uint256 grantor, bytes32 digest) private pure returns (bytes memory) {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(grantor + 1, digest);
        return abi.encodePacked(r, s, v);
    }
}

contract ConsentInvariantTest {
    ConsentActors private actors;

    function setUp() public {
        actors = new ConsentActors();
    }

    function targetContracts() external view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(actors);
    }

    function invariant_FOL7_everyMoveHasANumber() external view {
        vm.assertEq(actors.REGISTRY().lastNumber(), actors.moves(), "moves");
    }

    function invariant_CR1_everyStateIsWhereTheModelIs() external view {
        vm.assertEq(keccak256(bytes(actors.brokenBy())), keccak256(""), actors.brokenBy());
        for (uint256 grantor = 0; grantor < actors.GRANTORS(); ++grantor) {
            for (uint256 consent = 0; consent < actors.CONSENTS(); ++consent) {
                (IConsentRegistry.State state,,) =
                    actors.REGISTRY().stateOf(actors.grantorOf(grantor), actors.idOf(consent));
                vm.assertEq(uint256(state), uint256(actors.model(grantor, consent)), "state");
            }
        }
    }
}
