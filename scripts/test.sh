#!/usr/bin/env bash
# Every test and every check: Java (format, compiler checks, tests), and beside it the contracts.
set -euo pipefail
# shellcheck source=scripts/tools.sh
. "$(dirname "$0")/tools.sh"
need_java
need_maven
need_node
node_packages
cd "$root"
mkdir -p target
touch target/test-began
contracts="$root/target/contracts.log"
(npm run contracts:test && npm run contracts:check) >"$contracts" 2>&1 &
beside=$!
trap 'kill "$beside" 2>/dev/null || true' EXIT

java_status=0
mvn -B -ntp verify || java_status=$?
contracts_status=0
wait "$beside" || contracts_status=$?
trap - EXIT
cat "$contracts"
"$root/scripts/test-report.sh" || true
say "java: exit $java_status; contracts: exit $contracts_status"
[ "$java_status" = 0 ] && [ "$contracts_status" = 0 ]
