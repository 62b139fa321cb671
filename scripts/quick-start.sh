#!/usr/bin/env bash
# Starts the built server once, on a data folder of its own that is removed again, and keeps which classes it loaded: with
# that file every later start of the same jar on the same java takes less time. Does nothing when the file is there.
# A java that cannot do it is no fault: the server starts without, and a line says so.
# usage: quick-start.sh [java]               the java it is for; default is the one that make run would use
#        quick-start.sh java after PID PORT  waits until the server with this process id answers on that port, and ends with it
set -euo pipefail
# shellcheck source=scripts/tools.sh
. "$(dirname "$0")/tools.sh"
if [ $# -gt 0 ]; then java="$1"; else need_java; fi
server="${3:-}"
port="${4:-}"
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
trap 'exit 1' TERM

wanted() { [ -z "$server" ] || kill -0 "$server" 2>/dev/null; }

# No body is asked for: whether somebody answers is all that counts.
answers() { (exec 3<>"/dev/tcp/localhost/$port") 2>/dev/null; }

if [ -n "$server" ]; then
  until answers; do
    wanted || exit 0
    sleep 1
  done
fi

# One at a time; what another one has made meanwhile is not made again.
if command -v flock >/dev/null; then
  exec 9>"$(dirname "$archive")/lock"
  flock -n 9 || exit 0
  [ ! "$archive" -nt "$server_jar" ] || exit 0
fi

give_up() {
  if [ -f "$work/out" ]; then cp "$work/out" "$archive.log"; fi
  say "no quick start with $java: $1; starts take longer (log: $archive.log)"
  # Empty and newer than the jar: not tried again until the server is built again.
  rm -f "$archive"
  : >"$archive"
  exit 0
}

case "$archive" in
  *.aot) record=(-XX:AOTCacheOutput="$work/archive") ;;
  # Java 17 crashes while it writes an archive that holds a lambda of a signed jar (SystemDictionaryShared::
  # adjust_lambda_proxy_class_dictionary). Saxon's jar is signed, and is loaded for nothing but XML transformations: here
  # java's own does them.
  *) record=(-XX:ArchiveClassesAtExit="$work/archive"
    -Djavax.xml.transform.TransformerFactory=com.sun.org.apache.xalan.internal.xsltc.trax.TransformerFactoryImpl) ;;
esac

# Starts the server, stops it when it is ready, and waits until java has written the archive.
record_start() {
  local began=$SECONDS
  rm -rf "$work/data"
  : >"$work/out"
  # None of the caller's variables, which may name a real database or ledger.
  env -i PATH="$PATH" HOME="$HOME" LANG="${LANG:-C.UTF-8}" "$java" "${record[@]}" -Danchor.root="$root" -jar "$server_jar" \
    --server.port=0 --anchor.data="$work/data" >"$work/out" 2>&1 9>&- &
  pid=$!
  until grep -q '^ready ' "$work/out"; do
    wanted || exit 0
    kill -0 "$pid" 2>/dev/null || give_up "the server ended before it was ready"
    [ $((SECONDS - began)) -lt 300 ] || give_up "the server was not ready after 300 s"
    sleep 0.2
  done
  kill "$pid"
  while kill -0 "$pid" 2>/dev/null; do
    wanted || exit 0
    sleep 0.2
  done
  wait "$pid" || true
  pid=""
  [ -s "$work/archive" ]
}

[ -n "$server" ] || say "preparing quick starts, once per build and java"
cd "$work"
record_start || record_start || give_up "java wrote no archive, tried twice"
mv -f "$work/archive" "$archive"
[ -z "$server" ] || say "the next start is a quick one"
