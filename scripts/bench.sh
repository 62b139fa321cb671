#!/usr/bin/env bash
# Builds what is needed and measures it. Figures: bench/target/results/results.md and .json
# usage: bench.sh [--quick] [benchmark ...]   with no name: all of them
#        STARTER=path   the executable war of HAPI's starter, to be measured against
set -euo pipefail
# shellcheck source=scripts/tools.sh
. "$(dirname "$0")/tools.sh"
need_java
need_maven
need_node
node_packages
cd "$root"
quick="${BENCH_QUICK:-false}"
if [ "${1:-}" = --quick ]; then
  quick=true
  shift
fi
mkdir -p target
log="$root/target/bench-build.log"
say "building (log: $log)"
mvn -B -ntp -pl bench,verifier -am package -DskipTests -Dspotless.check.skip=true -Denforcer.skip=true >"$log" 2>&1 \
  || { grep -m 20 '^\[ERROR\]' "$log" >&2; fail "the build failed: $log"; }
touch "$server_jar"
"$root/scripts/quick-start.sh" "$java"
exec "$java" -Xmx2g -Danchor.root="$root" -Dbench.quick="$quick" \
  -Dbench.starter="${STARTER:-}" \
  -cp "bench/target/classes:$(cat bench/target/class-path)" org.fhiranchor.bench.BenchMain "$@"
