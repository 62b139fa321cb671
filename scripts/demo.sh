#!/usr/bin/env bash
# Tells the quick start's story against a server that runs (make run): Synthea patients are loaded, 100 versions
# verified, one row changed by SQL in a copy, and exactly that one is caught.
# usage: demo.sh [--port 8080] [--data data]
# The data folder is the running server's: its demo issuer's key is there, and the database that is copied.
set -euo pipefail
# shellcheck source=scripts/tools.sh
. "$(dirname "$0")/tools.sh"

port=8080
data=data
while [ $# -gt 0 ]; do
  case "$1" in
    --port) port="$2"; shift 2 ;;
    --data) data="$2"; shift 2 ;;
    *) fail "unknown argument $1; usage: demo.sh [--port 8080] [--data data]" ;;
  esac
done

need_java
need_maven
sources="$root/bench/src/main/java/org/fhiranchor/demo"
classes="$root/bench/target/demo-classes"
verifier="$root/verifier/target/verifier.jar"
mkdir -p "$root/target"
[ -f "$server_jar" ] || fail "no $server_jar: start the server first (make run)"

newer() {
  find "${@:2}" -type f -newer "$1" -print -quit | grep -q .
}

if [ ! -f "$verifier" ] || newer "$verifier" "$root"/{merkle-log,verifier}/src/main; then
  say "building the verifier (log: $root/target/demo-build.log)"
  (cd "$root" && mvn -B -ntp -pl verifier -am package -Dmaven.test.skip=true -Dspotless.check.skip=true \
    -Denforcer.skip=true >"$root/target/demo-build.log" 2>&1) || fail "the build failed: $root/target/demo-build.log"
  touch "$verifier"
fi
# Compiled here and not by Maven, which would make the jars anew that the running server has open.
if [ ! -f "$classes/.made" ] || newer "$classes/.made" "$sources"; then
  mkdir -p "$classes"
  javac="$(dirname "$java")/javac"
  [ -x "$javac" ] || javac=javac
  "$javac" --release 17 -encoding UTF-8 -d "$classes" -cp "$root/fhir-server/target/lib/*" "$sources"/*.java
  touch "$classes/.made"
fi
[ -d "$synthea_libraries" ] || say "fetching Synthea and its libraries, once (log: $synthea_log)"
get_synthea || fail "Synthea could not be fetched: $synthea_log"
exec "$java" -cp "$classes:$root/fhir-server/target/lib/*" org.fhiranchor.demo.DemoMain \
  --port "$port" --data "$data" --root "$root"
