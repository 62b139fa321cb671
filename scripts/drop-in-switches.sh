# Sourced by drop-in.sh: the switches of HAPI's starter that docs/operate/drop-in.md has a table of, each tried on an empty folder.
# shellcheck shell=bash

all_switches=(
  "hapi.fhir.partitioning.request_tenant_partitioning_mode=true"
  "hapi.fhir.partitioning.patient_id_partitioning_mode=true,hapi.fhir.partitioning.request_tenant_partitioning_mode=false"
  "hapi.fhir.partitioning.database_partition_mode_enabled=true"
  "hapi.fhir.mdm_enabled=true"
  "hapi.fhir.ips_enabled=true"
  "hapi.fhir.pre_expand_value_sets=true,hapi.fhir.enable_task_pre_expand_value_sets=true"
  "hapi.fhir.remote_terminology_service.all.system=*,hapi.fhir.remote_terminology_service.all.url=http://localhost:1/fhir"
  "hapi.fhir.advanced_lucene_indexing=true,spring.jpa.properties.hibernate.search.enabled=true"
  "hapi.fhir.store_resource_in_lucene_index_enabled=true,spring.jpa.properties.hibernate.search.enabled=true"
  "hapi.fhir.search_index_full_text_enabled=true,spring.jpa.properties.hibernate.search.enabled=true"
)

try_switches() {
  local one given=()
  case "$switches" in
    none) return ;;
    all) given=("${all_switches[@]}") ;;
    *) read -r -a given <<<"$switches" ;;
  esac
  for one in "${given[@]}"; do
    try_switch "$one"
  done
}

try_switch() {
  local arguments
  IFS=, read -r -a arguments <<<"$1"
  folder
  case "$1" in
    *hibernate.search.enabled*)
      arguments+=("spring.jpa.properties.hibernate.search.backend.type=lucene"
        "spring.jpa.properties.hibernate.search.backend.directory.type=local-heap"
        "spring.jpa.properties.hibernate.search.backend.analysis.configurer=ca.uhn.fhir.jpa.search.HapiHSearchAnalysisConfigurers\$HapiLuceneAnalysisConfigurer") ;;
  esac
  launch switch.log "${arguments[@]/#/--}"
  if ready switch.log; then
    say "$1: starts; $(answers)"
  else
    say "$1: refused: $(grep -m 1 -e ': want ' -e 'StartRefusedException' -e 'Caused by' "$work/switch.log" | tail -c 400)"
  fi
  stop
}

# What it answers to who may read one patient's data and to who may read none.
answers() {
  local patient doctor loader
  loader="$(token ROLE=loader)"
  patient="$(token ROLE=patient PATIENT=eve)"
  doctor="$(token ROLE=practitioner PURPOSE=TREAT)"
  printf 'write %s, ' "$(status "$loader" -X PUT "$base/fhir/Patient/eve" -d @"$root/docs/tour/patient.json")"
  printf 'write %s, ' "$(status "$loader" -X PUT "$base/fhir/Observation/weight" -d @"$root/docs/tour/weight.json")"
  printf 'read %s by the patient and %s by a doctor, ' "$(status "$patient" "$base/fhir/Observation/weight")" "$(status "$doctor" "$base/fhir/Observation/weight")"
  # shellcheck disable=SC2016
  printf '$verify %s, ' "$(status "$patient" "$base/fhir/Observation/weight/_history/1/\$verify")"
  for path in 'Patient/eve/$summary' 'Observation?_content=weight' 'Observation?_text=weight' 'Observation?code:text=weight' \
    'CodeSystem/$lookup?system=http://hl7.org/fhir/administrative-gender&code=male' 'ValueSet/$expand?url=http://hl7.org/fhir/ValueSet/administrative-gender' \
    'CodeSystem/$validate-code?url=http://hl7.org/fhir/administrative-gender&code=male' '$mdm-query-links'; do
    printf '%s %s by the patient and %s by a doctor, ' "${path%%=*}" "$(status "$patient" "$base/fhir/$path")" "$(status "$doctor" "$base/fhir/$path")"
  done
}

status() {
  local bearer="$1"
  shift
  curl -sS -o "$work/answer" -w '%{http_code}' -g -H 'Content-Type: application/fhir+json' -H "Authorization: Bearer $bearer" "$@"
}
