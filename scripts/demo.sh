#!/usr/bin/env bash
# Tells the quick start's story against a server that runs (make run): Synthea patients are loaded, 100 versions
# verified, one row changed by SQL in a copy, and exactly that one is caught.
# usage: demo.sh [--port 8080] [--data data] [--token TOKEN]
set -euo pipefail
# shellcheck source=scripts/tools.sh
. "$(dirname "$0")/tools.sh"

port=8080
data=data
token="${TOKEN:-}"
while [ $# -gt 0 ]; do
  case "$1" in
    --port) port="$2"; shift 2 ;;
    --data) data="$2"; shift 2 ;;
    --token) token="$2"; shift 2 ;;
    *) fail "unknown argument $1; usage: demo.sh [--port 8080] [--data data] [--token TOKEN]" ;;
  esac
done

need_java
classes="$root/bench/target/classes"
libraries="$root/bench/target/synthea-libraries"
verifier="$root/verifier/target/verifier.jar"
mkdir -p "$root/target"

# Never the fhir-server module: the running server has its jars open.
if [ ! -f "$verifier" ] || [ ! -f "$classes/org/fhiranchor/demo/DemoMain.class" ] \
  || find "$root/bench/src/main/java/org/fhiranchor/demo" "$root/verifier/src/main" -newer "$classes/org/fhiranchor/demo/DemoMain.class" \
    -type f -print -quit | grep -q .; then
  need_maven
  say "building the demo and the verifier (log: $root/target/demo-build.log)"
  (cd "$root" && mvn -B -ntp -pl verifier,bench -am package -Dmaven.test.skip=true -Dspotless.check.skip=true \
    -Denforcer.skip=true >"$root/target/demo-build.log" 2>&1) || fail "the build failed: $root/target/demo-build.log"
  touch "$classes/org/fhiranchor/demo/DemoMain.class"
fi
if [ ! -d "$libraries" ]; then
  need_maven
  say "fetching Synthea and its libraries, once (log: $root/target/demo-synthea.log)"
  (cd "$root" && mvn -B -ntp -f bench/synthea/pom.xml dependency:copy-dependencies >"$root/target/demo-synthea.log" 2>&1) \
    || { rm -rf "$libraries"; fail "Synthea could not be fetched: $root/target/demo-synthea.log"; }
fi
if [ -z "$token" ] && [ -x "$root/scripts/token.sh" ]; then
  token="$("$root/scripts/token.sh" --role system --port "$port" --data "$data" 2>/dev/null || true)"
fi

exec "$java" -cp "$classes:$root/fhir-server/target/lib/*" org.fhiranchor.demo.DemoMain \
  --port "$port" --data "$data" --root "$root" --token "$token"
