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
  "$java" -Danchor.root="$root" -jar "$server_jar" --server.port=0 --anchor.data="$work/data" \
    --anchor.consent.enforce=off >"$work/out" 2>&1 &
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
token="$("$root/scripts/token.sh" --role system --data "$work/data" --port "${base//[!0-9]/}" 2>/dev/null || true)"
[ -z "$token" ] || headers+=(-H "Authorization: Bearer $token")
written="$(curl "${headers[@]}" -d '{"resourceType":"Patient","name":[{"family":"Smoke"}]}' "$base/Patient")"
id="$(sed -n 's/.*"id":"\([^"]*\)".*/\1/p' <<<"$written")"
[ -n "$id" ] || fail "the write was not answered with a resource: $written"
stop
start
read_back="$(curl "${headers[@]}" "$base/Patient/$id")"
[ "$read_back" = "$written" ] || fail "after a restart: want $written, got $read_back"
say "smoke: Patient/$id written, server stopped and started, read back unchanged"
