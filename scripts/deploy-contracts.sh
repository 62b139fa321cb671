#!/usr/bin/env bash
# Puts AnchorRegistry and ConsentRegistry on a network and prints the settings to paste. The key
# file's password comes from ANCHOR_KEY_PASSWORD or from --password-file.
# usage: deploy-contracts.sh --rpc URL --key-file FILE [--password-file FILE] [--max-fee-gwei N] [--wait S]
set -euo pipefail
# shellcheck source=scripts/tools.sh
. "$(dirname "$0")/tools.sh"
need_java
[ -f "$server_jar" ] || fail "no $server_jar: run make build first"
exec "$java" -XX:TieredStopAtLevel=1 -cp "$server_jar" org.fhiranchor.ledger.evm.DeployContracts "$@"
