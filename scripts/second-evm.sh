#!/usr/bin/env bash
# The tests that need a chain, on a second EVM node: Hardhat's, which stands where anvil stands otherwise (docs/operate/second-evm.md).
# usage: second-evm.sh [TEST,TEST…]   a choice of test classes instead of all
set -euo pipefail
# shellcheck source=scripts/tools.sh
. "$(dirname "$0")/tools.sh"
need_java
need_maven
need_node
node_packages
package="$root/ledger-anchor/second-evm"
(cd "$package" && npm ci --no-audit --no-fund)
stand_in="$root/target/second-evm"
case "$(uname -s)-$(uname -m)" in
  Linux-x86_64) platform=linux-amd64 ;;
  Linux-aarch64) platform=linux-arm64 ;;
  Darwin-arm64) platform=darwin-arm64 ;;
  *) platform=darwin-amd64 ;;
esac
mkdir -p "$stand_in/node_modules/@foundry-rs/anvil-$platform/bin"
anvil="$stand_in/node_modules/@foundry-rs/anvil-$platform/bin/anvil"
printf '#!/bin/sh\nexec "%s" "%s/anvil.cjs" "$@"\n' "$(command -v node)" "$package" >"$anvil"
chmod +x "$anvil"

ledger='EvmAnchorLedgerTest,EvmConsentLedgerTest,RefusalsTest,SignersTest,LedgerPreflightTest'
servers='ConsentOnLedgerTest,FaultyNodeTest,HostileGrantsTest,AccountSenderTest,SharedAccountTrialTest,ConsentsThroughTwoNodesTest,RelayAccountTest'
cd "$root"
exec mvn -B -ntp test -pl ledger-anchor,interceptors -am -Dspotless.check.skip=true -Denforcer.skip=true \
  -Dtest="${1:-$ledger,$servers}" -Dsurefire.failIfNoSpecifiedTests=false -Dsurefire.reportNameSuffix=second-evm \
  -Dtest.chain.root="$stand_in" -Dtests.left.out=nothing -Dtest.trial.faults=some
