#!/usr/bin/env bash
# Builds what is needed, then becomes the server. Prints "ready <url>" when it answers, and where the console is.
# usage: run.sh [--port 8080] [--data data] [setting ...]   a setting is --key=value
set -euo pipefail
# shellcheck source=scripts/tools.sh
. "$(dirname "$0")/tools.sh"

port=8080
data=data
while [ $# -gt 0 ]; do
  case "$1" in
    --port) port="$2"; shift 2 ;;
    --data) data="$2"; shift 2 ;;
    --*=*) break ;;
    *) fail "unknown argument $1; usage: run.sh [--port 8080] [--data data] [--key=value ...]" ;;
  esac
done
case "$port" in '' | *[!0-9]*) fail "PORT: want a number, got \"$port\"" ;; esac
[ -n "$data" ] || fail "DATA: want a folder, got nothing"

newer_sources() {
  find "$root/pom.xml" "$root"/{merkle-log,ledger-anchor,consent,interceptors,fhir-server}/{pom.xml,src/main} \
    "$root"/console/{src,tools,index.html,check.html,vite.config.mjs,tsconfig.json,package.json,package-lock.json} "$root/verifier-js/src" \
    -type f -newer "$server_jar" -print -quit | grep -q .
}

build_if_needed() {
  if [ ! -f "$server_jar" ] || newer_sources; then
    need_maven
    need_node
    local log="$root/target/run-build.log"
    mkdir -p "$root/target"
    say "building the server (log: $log)"
    (cd "$root" && mvn -B -ntp -pl fhir-server -am package \
      -Dmaven.test.skip=true -Dspotless.check.skip=true -Denforcer.skip=true >"$log" 2>&1) \
      || { grep -m 20 '^\[ERROR\]' "$log" >&2; fail "the build failed: $log"; }
    touch "$server_jar"
  fi
}

need_java
node_packages
build_if_needed
case "$data" in /*) ;; *) data="$PWD/$data" ;; esac
quick_start_options
# The first start does not wait for what only later ones gain from: it is prepared behind the server, once that answers.
if [ "$port" != 0 ] && [ ! "$(start_archive)" -nt "$server_jar" ]; then
  (nice -n 19 "$root/scripts/quick-start.sh" "$java" after $$ "$port" &)
fi
say "starting the server (data: $data, log: $data/logs/server.log)"
exec "$java" "${start_options[@]+"${start_options[@]}"}" -Danchor.root="$root" -jar "$server_jar" \
  --server.port="$port" --anchor.data="$data" "$@"
