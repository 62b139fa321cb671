#!/usr/bin/env bash
# Makes deliberate holes in the consent gate of a test server, one at a time, and lets the fuzzer look for each
# (interceptors/src/test/resources/leak/holes.yaml). Exit status 0 when all are found, 1 when not.
# usage: leak-holes.sh [only=regex of names] [seed=1] [from=0] [requests=20000] [minutes=20]   (docs/verify/leak-fuzz.md)
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
    only=* | seed=* | from=* | requests=* | minutes=*) properties+=("-Dholes.$given") ;;
    *) fail "want only=, seed=, from=, requests= or minutes=, got: $given" ;;
  esac
done
log="$root/target/leak-holes-build.log"
say "building (log: $log)"
mvn -B -ntp -pl interceptors -am test-compile dependency:build-classpath -Dmdep.includeScope=test \
  -Dmdep.outputFile=target/test-class-path -Dspotless.check.skip=true >"$log" 2>&1 \
  || { grep -m 20 '^\[ERROR\]' "$log" >&2; fail "the build failed: $log"; }
# the agent is a class of the tests; the file only says which
printf 'Premain-Class: org.fhiranchor.interceptors.leak.HoleAgent\nCan-Redefine-Classes: true\n' >target/hole-agent.mf
agent="$root/target/hole-agent.jar"
jar="$(dirname "$java")/jar"
[ -x "$jar" ] || jar=jar
"$jar" --create --file "$agent" --manifest target/hole-agent.mf
exec "$java" -javaagent:"$agent" -XX:+AllowRedefinitionToAddDeleteMethods \
  -Djdk.httpclient.keepalive.timeout=10 -Danchor.root="$root" "${properties[@]}" \
  -cp "interceptors/target/test-classes:interceptors/target/classes:$(cat interceptors/target/test-class-path)" \
  org.fhiranchor.interceptors.leak.LeakHolesCommand
