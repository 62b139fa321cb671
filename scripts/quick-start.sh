#!/usr/bin/env bash
# Starts the built server once, on a data folder of its own that is removed again, and keeps which classes it loaded: with
# that file every later start of the same jar on the same java takes less time. Does nothing when the file is there.
# A java that cannot do it is no fault: the server starts without.
# usage: quick-start.sh [java]   the java it is for; default is the one that make run would use
set -euo pipefail
# shellcheck source=scripts/tools.sh
. "$(dirname "$0")/tools.sh"
if [ $# -gt 0 ]; then java="$1"; else need_java; fi
[ -f "$server_jar" ] || fail "no $server_jar: run make build first"
archive="$(start_archive)"
[ ! "$archive" -nt "$server_jar" ] || exit 0
mkdir -p "$(dirname "$archive")" 2>/dev/null && [ -w "$(dirname "$archive")" ] || exit 0

work="$(mktemp -d)"
pid=""
finish() {
  if [ -n "$pid" ]; then
    kill "$pid" 2>/dev/null || true
    wait "$pid" 2>/dev/null || true
  fi
  rm -rf "$work"
}
trap finish EXIT

give_up() {
  cp "$work/out" "$archive.log"
  say "no quick start with $java: $1 (log: $archive.log)"
  # Empty and newer than the jar: not tried again until the server is built again.
  rm -f "$archive"
  : >"$archive"
  exit 0
}

case "$archive" in
  *.aot) record=(-XX:AOTCacheOutput="$work/archive") ;;
  *) record=(-XX:ArchiveClassesAtExit="$work/archive") ;;
esac
say "preparing quick starts, once per build and java"
cd "$work"
: >out
# None of the caller's variables, which may name a real database or ledger.
env -i PATH="$PATH" HOME="$HOME" LANG="${LANG:-C.UTF-8}" "$java" "${record[@]}" -Danchor.root="$root" -jar "$server_jar" \
  --server.port=0 --anchor.data="$work/data" >"$work/out" 2>&1 &
pid=$!
began=$SECONDS
until grep -q '^ready ' "$work/out"; do
  kill -0 "$pid" 2>/dev/null || give_up "the server ended before it was ready"
  [ $((SECONDS - began)) -lt 300 ] || give_up "the server was not ready after 300 s"
  sleep 0.2
done
kill "$pid"
wait "$pid" || true
pid=""
[ -s "$work/archive" ] || give_up "java wrote no archive"
mv -f "$work/archive" "$archive"
