#!/usr/bin/env bash
# Prints a token of the demo issuer whose key is in the data folder, and nothing else.
# usage: token.sh ROLE=practitioner [PATIENT=id] [PURPOSE=TREAT] [ORG=id] [SUBJECT=id] [TTL=seconds] [DATA=data]
set -euo pipefail
# shellcheck source=scripts/tools.sh
. "$(dirname "$0")/tools.sh"
need_java
[ -f "$server_jar" ] || fail "no $server_jar: run make run or make build first"
exec "$java" -XX:TieredStopAtLevel=1 -cp "$server_jar" org.fhiranchor.interceptors.identity.demo.TokenCommand "$@"
