#!/usr/bin/env bash
# What takes too long for every change: a server killed many times under load on each database, and every published example instead of
# a share of each type, random orders of what two nodes change (make test runs all three in short); then the images and the compose file of docker/, run as containers.
# usage: test-long.sh   ROUNDS=5 kills for each database, INTERLEAVINGS=20 orders of changes
set -euo pipefail
# shellcheck source=scripts/tools.sh
. "$(dirname "$0")/tools.sh"
need_java
need_maven
need_node
node_packages
cd "$root"
java_status=0
mvn -B -ntp test -pl interceptors -am -Dspotless.check.skip=true -Denforcer.skip=true \
  -Dtest='KilledUnderLoadTest,HundredPercentOfExamplesTest,ChangeFollowerTest,ChangesBetweenNodesTest' -Dsurefire.failIfNoSpecifiedTests=false \
  -Dsurefire.reportNameSuffix=long -Dtest.crash.rounds="${ROUNDS:-5}" -Dtest.examples=all \
  -Dtest.interleavings="${INTERLEAVINGS:-20}" || java_status=$?
if [ ! -f "$root/verifier/target/verifier.jar" ]; then
  mvn -B -ntp -pl verifier -am package -Dmaven.test.skip=true -Dspotless.check.skip=true -Denforcer.skip=true
fi
containers_status=0
if [ "${CONTAINERS:-on}" = off ]; then
  say "not run: the images and the compose file of docker/ (CONTAINERS=off)"
else
  "$root/scripts/containers.sh" || containers_status=$?
fi
say "java: exit $java_status; containers: exit $containers_status"
[ "$java_status" = 0 ] && [ "$containers_status" = 0 ]
