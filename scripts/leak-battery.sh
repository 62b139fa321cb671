#!/usr/bin/env bash
# Points the leak battery at two servers of any make: one gets hidden records, the other does not, and nobody without a
# consent may be able to tell which is which. Writes records into both: never point it at a server that is in use.
# usage: leak-battery.sh with=URL without=URL badges=FILE [report=leak-report.html] [seed=no]   (docs/operate/consent.md)
set -euo pipefail
# shellcheck source=scripts/tools.sh
. "$(dirname "$0")/tools.sh"
need_java
need_maven
cd "$root"
mkdir -p target
log="$root/target/leak-battery-build.log"
say "building (log: $log)"
mvn -B -ntp -pl interceptors -am test-compile dependency:build-classpath -Dmdep.includeScope=test \
  -Dmdep.outputFile=target/test-class-path -Dspotless.check.skip=true >"$log" 2>&1 \
  || { grep -m 20 '^\[ERROR\]' "$log" >&2; fail "the build failed: $log"; }
exec "$java" -cp "interceptors/target/test-classes:interceptors/target/classes:$(cat interceptors/target/test-class-path)" \
  org.fhiranchor.interceptors.leak.LeakCommand "$@"
