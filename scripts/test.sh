#!/usr/bin/env bash
# Every test and every check: Java (format, compiler checks, tests), then contracts.
set -euo pipefail
# shellcheck source=scripts/tools.sh
. "$(dirname "$0")/tools.sh"
need_java
need_maven
need_node
node_packages
cd "$root"
mvn -B -ntp verify
npm run contracts:test
npm run contracts:check
