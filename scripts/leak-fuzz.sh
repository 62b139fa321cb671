#!/usr/bin/env bash
# Asks two servers that differ in hidden records alone whatever a seed draws, and prints each request whose answers differ,
# shrunk, as curl. Starts both servers itself, in folders of their own. Exit status 0 without a difference, 1 with one.
# usage: leak-fuzz.sh [seed=1] [seeds=1] [requests=2000] [from=0] [minutes=60] [gate=on]   (docs/verify/leak-fuzz.md)
set -euo pipefail
# shellcheck source=scripts/tools.sh
. "$(dirname "$0")/tools.sh"
need_java
need_maven
cd "$root"
mkdir -p target
properties=()
for given in "$@"; do
  case $given in
    seed=* | seeds=* | requests=* | from=* | minutes=* | gate=*) properties+=("-Dfuzz.$given") ;;
    *) fail "want seed=, seeds=, requests=, from=, minutes= or gate=, got: $given" ;;
  esac
done
log="$root/target/leak-fuzz-build.log"
say "building (log: $log)"
mvn -B -ntp -pl interceptors -am test-compile dependency:build-classpath -Dmdep.includeScope=test \
  -Dmdep.outputFile=target/test-class-path -Dspotless.check.skip=true >"$log" 2>&1 \
  || { grep -m 20 '^\[ERROR\]' "$log" >&2; fail "the build failed: $log"; }
exec "$java" -Djdk.httpclient.keepalive.timeout=10 -Danchor.root="$root" "${properties[@]}" \
  -cp "interceptors/target/test-classes:interceptors/target/classes:$(cat interceptors/target/test-class-path)" \
  org.fhiranchor.interceptors.leak.LeakFuzzCommand
