#!/usr/bin/env bash
# Runs scripts/<name>.sh, or says that this checkout has no such task yet.
# usage: task.sh <name> [argument ...]
set -euo pipefail
# shellcheck source=scripts/tools.sh
. "$(dirname "$0")/tools.sh"
name="$1"
shift
[ -x "$root/scripts/$name.sh" ] || fail "there is no scripts/$name.sh in this checkout"
exec "$root/scripts/$name.sh" "$@"
