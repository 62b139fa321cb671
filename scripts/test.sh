#!/usr/bin/env bash
# Every test and every check: Java (format, compiler checks, tests), and beside it the contracts and the verifier in
# JavaScript.
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
verifier_js="$root/target/verifier-js.log"
beside() {
  local contracts_status=0 verifier_status=0
  { npm run contracts:test && npm run contracts:check; } >"$contracts" 2>&1 || contracts_status=$?
  npm run verifier:test >"$verifier_js" 2>&1 || verifier_status=$?
  echo "contracts: exit $contracts_status; verifier-js: exit $verifier_status" >"$root/target/beside"
  [ "$contracts_status" = 0 ] && [ "$verifier_status" = 0 ]
}
beside &
beside=$!
trap 'kill "$beside" 2>/dev/null || true' EXIT

java_status=0
# Two modules at once where neither needs the other: javac keeps one core busy only.
mvn -B -ntp -T 2 verify || java_status=$?
beside_status=0
wait "$beside" || beside_status=$?
trap - EXIT
cat "$contracts" "$verifier_js"
"$root/scripts/test-report.sh" || true
# Half of its processor time is the least that a run can take on two cores.
times >"$root/target/test-times"
worked="$(awk -F'[ms ]+' 'NR == 2 { printf "%.0f", $1 * 60 + $2 + $3 * 60 + $4 }' "$root/target/test-times")"
say "took: $SECONDS s, $worked s of processor time"
say "java: exit $java_status; $(cat "$root/target/beside")"
[ "$java_status" = 0 ] && [ "$beside_status" = 0 ]
