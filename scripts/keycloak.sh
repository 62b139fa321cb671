#!/usr/bin/env bash
# Signs people and services in at a Keycloak as it ships, reads with their tokens, and uses the console with them (docs/operate/identity.md).
# usage: keycloak.sh   KEYCLOAK_VERSION=26.5.6, its archive (165 MB) comes with Maven and is unpacked in target/keycloak
set -euo pipefail
# shellcheck source=scripts/tools.sh
. "$(dirname "$0")/tools.sh"
need_java
need_maven
need_node
node_packages
cd "$root"
version="${KEYCLOAK_VERSION:-26.5.6}"
archive="org.keycloak:keycloak-quarkus-dist:$version:zip"
home="$root/target/keycloak/keycloak-$version"
if [ ! -x "$home/bin/kc.sh" ]; then
  mkdir -p "$root/target/keycloak"
  if ! mvn -B -ntp org.apache.maven.plugins:maven-dependency-plugin:3.8.1:unpack -N \
    "-Dartifact=$archive" "-DoutputDirectory=$root/target/keycloak"; then
    say "not run: Keycloak as the issuer ($archive cannot be had)"
    exit 0
  fi
  chmod +x "$home/bin/kc.sh"
fi
# KeycloakConsoleTest is among what runs alone; -Dtest would run a class once in each execution of the module.
mvn -B -ntp test-compile surefire:test@default-test surefire:test@alone -pl fhir-server -am -Dspotless.check.skip=true -Denforcer.skip=true \
  -Dtest='KeycloakTest,KeycloakConsoleTest' -Dsurefire.failIfNoSpecifiedTests=false -Dsurefire.reportNameSuffix=keycloak "-Dtest.keycloak=$home"
for ran in interceptors/*interceptors.keycloak.KeycloakTest fhir-server/*server.KeycloakConsoleTest; do
  compgen -G "${ran%%/*}/target/surefire-reports/${ran#*/}-keycloak.txt" >/dev/null || fail "$ran did not run"
done
