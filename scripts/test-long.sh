#!/usr/bin/env bash
# What takes too long for every change, and has servers of its own: every probe of the leak battery by each person, a server killed many
# times under load on each database and at each step, erasures, restored databases, a second node, every published example, random orders
# of changes, grants and revocations through two nodes with each fault of a ledger node, a million Consents in the follower's tables,
# resources made at random, random edits of the database, a database that is away and a full disk, the console in Chromium (what has
# @Tag("long") is not in make test, the other classes are there in short: docs/decide/house.md); then the chain's tests on a second EVM
# node; then signing in at a Keycloak; then both verifiers about what Synthea makes; then the images and the compose file of docker/, run as containers.
# usage: test-long.sh   ROUNDS=5 kills for each database, INTERLEAVINGS=20 orders of changes, CONSENTS=1000 granted and revoked,
#                       FAULTS=all of the ledger node (some: three), ROWS=1000000 of Consents, FLOOD=60000 events of strangers,
#                       GRAPHS=100 drawn records that are erased, GENERATED=10000 resources made at random, ALTERATIONS=1000 of a store that a scan must find,
#                       MIXED=10000 requests of eight clients whose records are counted,
#                       SECOND_EVM=off, KEYCLOAK=off, SYNTHEA=off, CONTAINERS=off
set -euo pipefail
# shellcheck source=scripts/tools.sh
. "$(dirname "$0")/tools.sh"
need_java
need_maven
need_node
node_packages
cd "$root"
# All that has @Tag("long"), and in full what make test has in short.
classes=(
  LeakBatteryTest UngatedServerTest ManyHiddenHitsOnPostgresTest CostlySearchesTest
  CrashTableTest KilledUnderLoadTest DisclosuresKilledTest ErasureKilledTest KilledWriterTest
  ConsentsThroughTwoNodesTest ChangesBetweenNodesTest ChangesWhileLoadingTest TwoNodesTest ConcurrentWritesTest
  RevocationsAmongManyRowsTest HostileGrantsTest SharedAccountTrialTest RelayAccountTest
  SeveralLedgerNodesTest WithdrawingFromASilentLedgerTest
  HundredPercentOfExamplesTest GeneratedResourcesTest ErasedGraphsTest MixedDisclosuresTest
  ErasureHttpTest ErasureOnTwoNodesTest ClosedContentsHttpTest LateDisclosuresTest PostedAuditEventsTest
  ForgedDatabaseTest EditedHeadsTest StoreScanTest StoreScanOnPostgresTest MissingVersionsTest
  RestoredDatabaseTest EarlierBinariesTest HousekeepingTest SumdbOracleTest
  DatabaseAwayTest DiskFullTest SmartOriginsTest ConsoleSignedInTest ConsoleInBrowserTest
)
numbers=(
  -Dtest.battery=4 -Dtest.ungated=1
  -Dtest.crash.table=true -Dtest.crash.rounds="${ROUNDS:-5}" -Dtest.erasure.kills=6 -Dtest.h2.kills=100
  -Dtest.trial.http="${CONSENTS:-1000}" -Dtest.trial.faults="${FAULTS:-all}" -Dtest.trial.faulty=20
  -Dtest.interleavings="${INTERLEAVINGS:-20}" -Dtest.storm=1000
  -Dtest.rows="${ROWS:-1000000}" -Dtest.flood="${FLOOD:-60000}" -Dtest.trial.consents=64 -Dtest.several=8
  -Dtest.examples=all -Dtest.generated="${GENERATED:-10000}" -Dtest.graphs="${GRAPHS:-100}"
  -Dtest.forged.edits=200 -Dtest.heads.edits=1000 -Dtest.alterations="${ALTERATIONS:-1000}"
  -Dtest.away=15 -Dtest.full=20 -Dtest.mixed="${MIXED:-10000}"
)
java_status=0
mvn -B -ntp test -pl interceptors,fhir-server -am -Dspotless.check.skip=true -Denforcer.skip=true \
  -Dtest="$(IFS=,; printf '%s' "${classes[*]}")" -Dsurefire.failIfNoSpecifiedTests=false \
  -Dtests.left.out=nothing -Dsurefire.reportNameSuffix=long "${numbers[@]}" || java_status=$?
if [ ! -f "$root/verifier/target/verifier.jar" ]; then
  mvn -B -ntp -pl verifier -am package -Dmaven.test.skip=true -Dspotless.check.skip=true -Denforcer.skip=true
fi
second_evm_status=0
if [ "${SECOND_EVM:-on}" = off ]; then
  say "not run: the tests on a second EVM node (SECOND_EVM=off)"
else
  "$root/scripts/second-evm.sh" || second_evm_status=$?
fi
keycloak_status=0
if [ "${KEYCLOAK:-on}" = off ]; then
  say "not run: Keycloak as the issuer (KEYCLOAK=off)"
else
  "$root/scripts/keycloak.sh" || keycloak_status=$?
fi
synthea_status=0
if [ "${SYNTHEA:-on}" = off ]; then
  say "not run: both verifiers about what Synthea makes (SYNTHEA=off)"
else
  "$root/scripts/synthea-versions.sh" || synthea_status=$?
fi
containers_status=0
if [ "${CONTAINERS:-on}" = off ]; then
  say "not run: the images and the compose file of docker/ (CONTAINERS=off)"
else
  "$root/scripts/containers.sh" || containers_status=$?
fi
say "java: exit $java_status; second EVM: exit $second_evm_status; Keycloak: exit $keycloak_status; Synthea: exit $synthea_status; containers: exit $containers_status"
[ "$java_status" = 0 ] && [ "$second_evm_status" = 0 ] && [ "$keycloak_status" = 0 ] && [ "$synthea_status" = 0 ] && [ "$containers_status" = 0 ]
