#!/usr/bin/env bash
# Packages every module without running tests.
set -euo pipefail
# shellcheck source=scripts/tools.sh
. "$(dirname "$0")/tools.sh"
need_java
need_maven
node_packages
cd "$root"
exec mvn -B -ntp package -DskipTests
