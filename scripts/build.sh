#!/usr/bin/env bash
# Packages every module without running tests.
set -euo pipefail
# shellcheck source=scripts/tools.sh
. "$(dirname "$0")/tools.sh"
need_java
need_maven
need_node
node_packages
cd "$root"
mvn -B -ntp package -DskipTests
# What did not change is not packaged again: the jar says when it was last found to be current (run.sh).
touch "$server_jar"
"$root/scripts/quick-start.sh" "$java"
