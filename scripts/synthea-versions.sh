#!/usr/bin/env bash
# Asks both verifiers, Java's and JavaScript's, about 1,000 versions of what Synthea makes, and 4,000 spoiled ones (docs/verify/in-javascript.md).
# usage: synthea-versions.sh   Synthea and its libraries come with Maven, once; what it makes stays in target/synthea
set -euo pipefail
# shellcheck source=scripts/tools.sh
. "$(dirname "$0")/tools.sh"
need_java
need_maven
need_node
cd "$root"
made="$root/target/synthea"
if ! get_synthea; then
  say "not run: 1,000 versions of Synthea's (org.mitre.synthea:synthea cannot be had: $synthea_log)"
  exit 0
fi
if [ ! -d "$made/fhir" ]; then
  mkdir -p "$made"
  (cd "$made" && "$java" -Xmx2g -cp "$synthea_libraries/*" App -p 10 -s 20261122 -cs 20261122 -r 20260101 -e 20260101 \
    --exporter.years_of_history=1 "--exporter.baseDirectory=$made/" --exporter.fhir.export=true --exporter.fhir.bulk_data=true \
    --exporter.hospital.fhir.export=true --exporter.practitioner.fhir.export=true Massachusetts >synthea.log 2>&1) \
    || { rm -rf "$made/fhir"; fail "Synthea failed: $made/synthea.log"; }
fi
mvn -B -ntp test -pl verifier -am -Dspotless.check.skip=true -Denforcer.skip=true -Dtest='VerifierJsTest#agreesOnSynthea' \
  -Dsurefire.failIfNoSpecifiedTests=false -Dsurefire.reportNameSuffix=synthea "-Dtest.synthea=$made/fhir"
