#!/usr/bin/env bash
# Makes the account that anchors: a Web3 keystore and the file with its password. Prints the address; replaces no file.
# usage: ledger-key.sh FILE=path PASSWORD_FILE=path
set -euo pipefail
# shellcheck source=scripts/tools.sh
. "$(dirname "$0")/tools.sh"
need_java
[ -f "$server_jar" ] || fail "no $server_jar: run make run or make build first"
exec "$java" -XX:TieredStopAtLevel=1 -cp "$server_jar" org.fhiranchor.ledger.evm.LedgerKeyCommand "$@"
