#!/usr/bin/env bash
# Makes the signing key of a new log and prints its public half; an existing file is never replaced.
# usage: log-key.sh FILE=path [ORIGIN=name]
set -euo pipefail
# shellcheck source=scripts/tools.sh
. "$(dirname "$0")/tools.sh"
need_java
[ -f "$server_jar" ] || fail "no $server_jar: run make run or make build first"
exec "$java" -XX:TieredStopAtLevel=1 -cp "$server_jar" org.fhiranchor.interceptors.autoconfigure.LogKeyCommand "$@"
