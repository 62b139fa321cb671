#!/usr/bin/env bash
# Asks a server for an export of what its log says, shows how far it is, downloads it into a folder and verifies it.
# usage: export.sh --token FILE --into FOLDER [--base URL] [--query 'kind=refusals&_since=2026-03']
#                  [--key KEY --rpc URL --contract ADDRESS --log-id ID]
# Without --key the log's key and its ledger are those that the server itself names: enough to see that the download is
# whole, not to convince somebody else. They give the four themselves.
set -euo pipefail
# shellcheck source=scripts/tools.sh
. "$(dirname "$0")/tools.sh"

base="http://localhost:8080/fhir"
token=""
into=""
query=""
trust=()
while [ $# -gt 0 ]; do
  [ $# -ge 2 ] || fail "export: $1 wants a value"
  case "$1" in
    --base) base="${2%/}" ;;
    --token) token="$2" ;;
    --into) into="$2" ;;
    --query) query="$2" ;;
    --key | --rpc | --contract | --log-id) [ -z "$2" ] || trust+=("$1" "$2") ;;
    *) fail "export: unknown option $1" ;;
  esac
  shift 2
done
if [ -z "$token" ]; then fail "export: give the file with your token, TOKEN=file"; fi
if [ ! -r "$token" ]; then fail "export: cannot read $token"; fi
if [ -z "$into" ]; then fail "export: give a folder for the files, INTO=folder"; fi
if [ -e "$into" ] && [ -n "$(ls -A "$into")" ]; then fail "export: $into is not empty"; fi
command -v curl >/dev/null || fail "curl is missing"
verifier="$root/verifier/target/verifier.jar"

work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
# The token stands in a file that curl reads: whoever lists this machine's processes does not see it.
umask 077
printf 'header = "Authorization: Bearer %s"\n' "$(tr -d '\r\n' <"$token")" >"$work/curl"

# Body to $work/body, headers to $work/head; the status on standard output.
ask() {
  curl -sS -K "$work/curl" -D "$work/head" -o "$work/body" -w '%{http_code}' "$@"
}

header() {
  sed -n "s/^$1: *//Ip" "$work/head" | tr -d '\r' | tail -n 1
}

bar() {
  local percent="$1" text="$2" filled
  filled=$((percent * 40 / 100))
  if [ -t 2 ]; then
    printf '\r  [%-40s] %3d %% %s' "$(printf '%*s' "$filled" '' | tr ' ' '#')" "$percent" "$text" >&2
  fi
}

status="$(ask "$base/\$export-provenance${query:+?$query}")"
[ "$status" = 202 ] || fail "export: want 202, got $status: $(cat "$work/body")"
job="$(header Content-Location)"
case "$job" in "$base"/*) ;; *) job="$base/${job##*/}" ;; esac
say "export: $job"
# Whoever breaks off here leaves nothing behind on the server.
trap 'ask -X DELETE "$job" >/dev/null || true; rm -rf "$work"; exit 130' INT TERM

while status="$(ask "$job")" && [ "$status" = 202 ]; do
  progress="$(header X-Progress)"
  percent="$(sed -n 's/.*(\([0-9]*\) %).*/\1/p' <<<"$progress")"
  bar "${percent:-0}" "$progress"
  sleep "$(header Retry-After | grep -E '^[0-9]{1,3}$' || echo 1)"
done
[ "$status" = 200 ] || fail "export: want 200, got $status: $(cat "$work/body")"
bar 100 "made"
if [ -t 2 ]; then printf '\n' >&2; fi
trap 'rm -rf "$work"' INT TERM

mkdir -p "$into"
grep -o '"name":"[A-Za-z.]*","url":"[^"]*"' "$work/body" >"$work/files"
[ -s "$work/files" ] || fail "export: the answer names no files: $(cat "$work/body")"
while IFS='"' read -r _ _ _ name _; do
  say "  $name"
  status="$(curl -sS -K "$work/curl" -o "$into/$name" -w '%{http_code}' "$job&_file=$name")"
  [ "$status" = 200 ] || fail "export: $name: want 200, got $status"
done <"$work/files"

if [ ! -f "$verifier" ]; then
  say "export: in $into, not verified: no $verifier (make build)"
  exit 0
fi
need_java
# A field of /actuator/info, which is flat JSON of strings and numbers.
info() {
  curl -sS "${base%/fhir}/actuator/info" | sed -n "s/.*\"$1\":\"\{0,1\}\([^\",}]*\).*/\1/p"
}
if [ ${#trust[@]} -eq 0 ]; then
  trust=(--key "$(info verifierKey)" --rpc "$(info rpcUrl)" --contract "$(info anchorContract)" --log-id "$(info logId)")
fi
verdict=0
"$java" -jar "$verifier" export "$into" "${trust[@]}" || verdict=$?
if [ "$verdict" = 3 ]; then
  # Each export is itself recorded, so that the next one shows entries of after the period, and is decided.
  say "export: not decided, for the ledger went on meanwhile. For a definite answer name a period that has been over for an hour," \
    "such as QUERY='_until=$(date -u -d yesterday +%F 2>/dev/null || date -u -v-1d +%F)'; if yours has been, export once more in a minute."
fi
exit "$verdict"
