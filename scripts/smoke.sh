#!/usr/bin/env bash
# Starts the built server, writes, stops it, starts it again and reads back what was written.
# usage: smoke.sh [java]   the java to run it with; default is the one that make run would use
set -euo pipefail
# shellcheck source=scripts/tools.sh
. "$(dirname "$0")/tools.sh"
if [ $# -gt 0 ]; then java="$1"; else need_java; fi
[ -f "$server_jar" ] || fail "no $server_jar: run make build first"

work="$(mktemp -d)"
pid=""
stop() {
  if [ -n "$pid" ]; then
    kill "$pid" 2>/dev/null || true
    wait "$pid" 2>/dev/null || true
    pid=""
  fi
}
finish() {
  stop
  rm -rf "$work"
}
trap finish EXIT

# Sets pid and base; the log line of the server itself says when and where it is ready.
start() {
  local began=$SECONDS
  # Emptied here, not by the background process: the last start's "ready" must not be read as this one's.
  : >"$work/out"
  "$java" -Danchor.root="$root" -jar "$server_jar" --server.port=0 --anchor.data="$work/data" \
    --anchor.consent.enforce=off >>"$work/out" 2>&1 &
  pid=$!
  until grep -q '^ready ' "$work/out"; do
    kill -0 "$pid" 2>/dev/null || { cat "$work/out" >&2; fail "the server ended before it was ready"; }
    [ $((SECONDS - began)) -lt 300 ] || { cat "$work/out" >&2; fail "the server was not ready after 300 s"; }
    sleep 0.5
  done
  base="$(sed -n 's/^ready //p' "$work/out")"
  say "smoke: ready after $((SECONDS - began)) s at $base"
}

say "smoke: $("$java" -version 2>&1 | head -n 1)"
start
headers=(-sS --fail-with-body -H 'Content-Type: application/fhir+json')
written="$(curl "${headers[@]}" -d '{"resourceType":"Patient","name":[{"family":"Smoke"}]}' "$base/Patient")"
id="$(sed -n 's/.*"id":"\([^"]*\)".*/\1/p' <<<"$written")"
[ -n "$id" ] || fail "the write was not answered with a resource: $written"
stop
start
curl "${headers[@]}" "$base/Patient/$id" >"$work/resource.json"
[ "$(cat "$work/resource.json")" = "$written" ] \
  || fail "after a restart: want $written, got $(cat "$work/resource.json")"
say "smoke: Patient/$id written, server stopped and started, read back unchanged"

# A field of /actuator/info, which is flat JSON of strings and numbers.
info() {
  curl -sS "${base%/fhir}/actuator/info" | sed -n "s/.*\"$1\":\"\{0,1\}\([^\",}]*\).*/\1/p"
}

began=$SECONDS
until curl "${headers[@]}" "$base/Patient/$id/\$proof" >"$work/proof.json" \
  && grep -q '"anchor":{' "$work/proof.json"; do
  [ $((SECONDS - began)) -lt 120 ] || fail "no anchored proof after 120 s: $(cat "$work/proof.json")"
  sleep 0.5
done
verify() {
  "$java" -jar "$root/verifier/target/verifier.jar" "$1" "$work/proof.json" \
    --key "$(info verifierKey)" --rpc "$(info rpcUrl)" --contract "$(info anchorContract)" \
    --log-id "$(info logId)"
}
verify "$work/resource.json" || fail "the proof of what was read does not verify"
sed 's/Smoke/Smoky/' "$work/resource.json" >"$work/changed.json"
if verify "$work/changed.json" >"$work/verdict"; then
  fail "a changed resource verifies: $(cat "$work/verdict")"
fi
say "smoke: what was read verifies against the ledger, what was changed does not"
