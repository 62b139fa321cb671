#!/usr/bin/env bash
# What takes too long for every change, and holds more of the same: a server killed many times under load on each database,
# every published example instead of a share of each type, and a thousand random orders of what two nodes change. make test runs
# the same tests in short.
# usage: test-long.sh   ROUNDS=5 kills for each database, INTERLEAVINGS=1000 orders of changes
set -euo pipefail
# shellcheck source=scripts/tools.sh
. "$(dirname "$0")/tools.sh"
need_java
need_maven
need_node
node_packages
cd "$root"
mvn -B -ntp test -pl interceptors -am -Dspotless.check.skip=true -Denforcer.skip=true \
  -Dtest='KilledUnderLoadTest,HundredPercentOfExamplesTest,ChangeFollowerTest,ChangesBetweenNodesTest' -Dsurefire.failIfNoSpecifiedTests=false \
  -Dsurefire.reportNameSuffix=long -Dtest.crash.rounds="${ROUNDS:-5}" -Dtest.examples=all \
  -Dtest.interleavings="${INTERLEAVINGS:-1000}"
