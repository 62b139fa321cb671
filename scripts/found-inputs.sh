#!/usr/bin/env bash
# Asks a running server, of any version, each input that once was a fault. Writes records into it, and some inputs break a
# server that does not hold: never point it at one that is in use.
# usage: found-inputs.sh base=URL data=FOLDER [only=KEY,...] [into=FILE] [sql=COMMAND] [checkout=FOLDER]
#        found-inputs.sh compare BEFORE NOW   (docs/verify/found-inputs.md)
set -euo pipefail
# shellcheck source=scripts/tools.sh
. "$(dirname "$0")/tools.sh"
need_node
exec node "$root/scripts/found-inputs/main.mjs" "$@"
