#!/usr/bin/env bash
# How long make run takes, built, from the command to "ready": on each java first with an empty data folder each time, then with one that
# is there. For a machine that does nothing else meanwhile; its load is printed beside the figures.
# usage: start-times.sh [RUNS=5] [java-home …]   without one: the default java, and the newest of /usr/lib/jvm
set -euo pipefail
# shellcheck source=scripts/tools.sh
. "$(dirname "$0")/tools.sh"
runs=5
case "${1:-}" in RUNS=*) runs="${1#RUNS=}"; shift ;; esac
need_java
[ -f "$server_jar" ] || fail "no $server_jar: run make build first"

homes=("$@")
if [ ${#homes[@]} -eq 0 ]; then
  newest="$java"
  for one in /usr/lib/jvm/*/bin/java; do
    [ ! -x "$one" ] || [ "$(java_major "$one")" -le "$(java_major "$newest")" ] || newest="$one"
  done
  homes=("$(dirname "$(dirname "$(readlink -f "$java")")")")
  [ "$newest" = "$java" ] || homes+=("$(dirname "$(dirname "$newest")")")
fi

work="$(mktemp -d)"
pid=""
stop() {
  [ -z "$pid" ] || kill "$pid" 2>/dev/null || true
  while [ -n "$pid" ] && kill -0 "$pid" 2>/dev/null; do sleep 0.1; done
  pid=""
}
trap 'stop; rm -rf "$work"' EXIT

# start HOME DATA: prints the seconds that it took.
start() {
  local line began took=""
  began="$(date +%s%N)"
  exec 3< <(JAVA_HOME="$1" exec "$root/scripts/run.sh" --port 0 --data "$2" 2>&1)
  pid=$!
  while read -r -u 3 line; do
    case "$line" in
      'ready '*)
        took=$(($(date +%s%N) - began))
        break
        ;;
    esac
  done
  exec 3<&-
  [ -n "$took" ] || fail "$1: the server ended before it was ready"
  stop
  awk -v nanos="$took" 'BEGIN { printf "%.1f\n", nanos / 1e9 }'
}

# The median, and all of them from the quickest on.
told() {
  sort -n "$1" | awk -v what="$2" '{ all[NR] = $1 } END {
    printf "%s: median %s s (", what, all[int((NR + 1) / 2)]
    for (i = 1; i <= NR; i++) printf "%s%s", (i == 1 ? "" : ", "), all[i]
    print ")" }'
}

for home in "${homes[@]}"; do
  "$root/scripts/quick-start.sh" "$home/bin/java"
  version="java $(java_major "$home/bin/java")"
  : >"$work/empty"
  : >"$work/there"
  for run in $(seq "$runs"); do
    start "$home" "$work/data-$run" >>"$work/empty"
    rm -rf "$work/data-$run"
  done
  start "$home" "$work/data" >/dev/null
  for run in $(seq "$runs"); do
    start "$home" "$work/data" >>"$work/there"
  done
  rm -rf "$work/data"
  told "$work/empty" "$version, empty data folder"
  told "$work/there" "$version, existing data folder"
done
say "load of the last minute: $(cut -d' ' -f1 /proc/loadavg 2>/dev/null || true)"
