#!/usr/bin/env bash
# Starts the built server as make run does, with consents enforced: writes, is refused, reads as the patient,
# stops it, starts it again, reads back what was written and verifies it. Then make demo's story is told on that server.
# usage: smoke.sh [java]   the java to run it with; default is the one that make run would use; DEMO=off leaves the story out
set -euo pipefail
# shellcheck source=scripts/tools.sh
. "$(dirname "$0")/tools.sh"
if [ $# -gt 0 ]; then java="$1"; else need_java; fi
[ -f "$server_jar" ] || fail "no $server_jar: run make build first"
"$root/scripts/quick-start.sh" "$java"
quick_start_options

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
  "$java" "${start_options[@]+"${start_options[@]}"}" -Danchor.root="$root" -jar "$server_jar" --server.port=0 --anchor.data="$work/data" \
    >>"$work/out" 2>&1 &
  pid=$!
  until grep -q '^ready ' "$work/out"; do
    kill -0 "$pid" 2>/dev/null || { cat "$work/out" >&2; fail "the server ended before it was ready"; }
    [ $((SECONDS - began)) -lt 600 ] || { cat "$work/out" >&2; fail "the server was not ready after 600 s"; }
    sleep 0.5
  done
  base="$(sed -n 's/^ready //p' "$work/out")"
  say "smoke: ready after $((SECONDS - began)) s at $base"
}

token() {
  "$root/scripts/token.sh" "$@" DATA="$work/data"
}

# The body goes to standard output; any other status than the first argument ends the test.
expect() {
  local want="$1" bearer="$2" got
  local header=()
  if [ -n "$bearer" ]; then header=(-H "Authorization: Bearer $bearer"); fi
  got="$(curl -sS -o "$work/answer" -w '%{http_code}' -H 'Content-Type: application/fhir+json' \
    "${header[@]+"${header[@]}"}" "${@:3}")"
  [ "$got" = "$want" ] || fail "${*:3}: want $want, got $got: $(cat "$work/answer")"
  cat "$work/answer"
}

say "smoke: $("$java" -version 2>&1 | head -n 1)"
start
loader="$(token ROLE=loader)"
patient="$(token ROLE=patient PATIENT=smoke)"
practitioner="$(token ROLE=practitioner)"
expect 201 "$loader" -X PUT "$base/Patient/smoke" \
  -d '{"resourceType":"Patient","id":"smoke","name":[{"family":"Smoke"}]}' >/dev/null
expect 200 "$patient" "$base/Patient/smoke" >"$work/written.json"
grep -q '"family":"Smoke"' "$work/written.json" || fail "not what was written: $(cat "$work/written.json")"
expect 401 "" "$base/Patient/smoke" >/dev/null
expect 403 "$practitioner" "$base/Patient/smoke" >"$work/hidden"
expect 403 "$practitioner" "$base/Patient/nobody" >"$work/missing"
cmp -s "$work/hidden" "$work/missing" || fail "a hidden patient is not answered like a missing one: $(cat "$work/hidden")"
say "smoke: written by the loader; 401 without a token, 403 without a consent, read by the patient"

stop
start
expect 200 "$patient" "$base/Patient/smoke" >"$work/resource.json"
cmp -s "$work/resource.json" "$work/written.json" \
  || fail "after a restart: want $(cat "$work/written.json"), got $(cat "$work/resource.json")"
say "smoke: server stopped and started, read back unchanged with the same token"

# A field of /actuator/info, which is flat JSON of strings and numbers.
info() {
  curl -sS "${base%/fhir}/actuator/info" | sed -n "s/.*\"$1\":\"\{0,1\}\([^\",}]*\).*/\1/p"
}

began=$SECONDS
until curl -sS --fail-with-body -H "Authorization: Bearer $patient" "$base/Patient/smoke/\$proof" >"$work/proof.json" \
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

if [ "${DEMO:-on}" = off ]; then
  say "not run: make demo (DEMO=off)"
elif ! get_synthea; then
  say "not run: make demo (org.mitre.synthea:synthea cannot be had: $synthea_log)"
else
  port="${base##*:}"
  "$root/scripts/demo.sh" --port "${port%%/*}" --data "$work/data"
fi
