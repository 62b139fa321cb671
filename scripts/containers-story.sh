# Sourced by containers.sh: what must be true of the deployment that runs.
# shellcheck shell=bash

story() {
  one="http://$(address_of server-1):8080/fhir"
  two="http://$(address_of server-2):8080/fhir"
  both="http://127.0.0.1:$PORT/fhir"
  confined
  step "nobody is root, may become root, or writes to a root file system"
  written_here_read_there
  kept_here_signed_there
  killed_under_load
  drained
  all_stopped
  say "containers: all is as docker/README.md says, after $SECONDS s"
}

written_here_read_there() {
  ask loader 201 -X PUT "$one/Patient/eve" -d @"$root/docs/tour/patient.json" >/dev/null
  ask loader 201 -X PUT "$one/Observation/weight" -d @"$root/docs/tour/weight.json" >/dev/null
  ask patient 200 "$two/Observation/weight/_history/1" >"$work/resource.json"
  within 120 "the other server has an anchored proof" proof_with_anchor "$two"
  verify "$work/resource.json" >/dev/null || fail "what the other server answers does not verify"
  sed 's/72.50/27.50/' "$work/resource.json" >"$work/changed.json"
  ! verify "$work/changed.json" >/dev/null || fail "a changed resource verifies"
  ask patient 200 "$both/Observation/weight" >/dev/null
  ask doctor 403 "$both/Observation/weight" >/dev/null
  step "written through one server, read and verified through the other"
}

# With a custody key of its own the second server could not sign here.
kept_here_signed_there() {
  local consent
  ask loader 201 -X PUT "$one/Practitioner/demo-practitioner" -d @"$root/docs/tour/doctor.json" >/dev/null
  ask patient 200 "$one/Patient/eve/\$enroll-key" -d @"$root/docs/tour/custody.json" >/dev/null
  ask patient 201 "$two/Consent" -d @"$root/docs/tour/consent.json" >"$work/consent.json"
  consent="$(sed -n 's/.*"id": *"\([0-9A-Za-z.-]*\)".*/\1/p' "$work/consent.json" | head -n 1)"
  ask patient 200 -X POST "$two/Consent/$consent/\$grant" -d '{"resourceType": "Parameters"}' >"$work/granted.json"
  grep -q '"granted"' "$work/granted.json" || fail "not granted: $(cat "$work/granted.json")"
  within 10 "a grant through one server holds on the other" ask doctor 200 "$one/Observation/weight"
  step "a key that one server keeps signs on the other; the doctor reads on both"
}

# Writes through the balancer, with one server killed in the middle: whatever was answered with 201 is there.
killed_under_load() {
  local n reads=0
  : >"$work/answered"
  for n in $(seq 40); do
    [ "$n" != 10 ] || "${engine[@]}" kill -s KILL "$(container_of server-1)" >/dev/null 2>&1
    observation "load-$n" load >"$work/load.json"
    if ask loader 201 -X PUT "$both/Observation/load-$n" -d @"$work/load.json" >/dev/null 2>"$work/refused"; then
      printf '%s\n' "$n" >>"$work/answered"
    fi
    ask patient 200 "$both/Observation/weight" >/dev/null || fail "a read through the balancer failed with one server dead"
    reads=$((reads + 1))
  done
  [ "$(wc -l <"$work/answered")" -ge 38 ] || fail "only $(wc -l <"$work/answered") of 40 writes were answered: $(cat "$work/refused")"
  while read -r n; do
    within 30 "load-$n verifies" verified "$two/Observation/load-$n/_history/1"
  done <"$work/answered"
  step "one server killed: $(wc -l <"$work/answered") of 40 writes answered, each there and verified; $reads of 40 reads answered"
  "${engine[@]}" start "$(container_of server-1)" >/dev/null 2>&1
  within 420 "the killed server is ready again" is_ready server-1
  one="http://$(address_of server-1):8080/fhir"
  ask doctor 200 "$one/Observation/weight" >/dev/null
  step "the killed server is back"
}

verified() {
  ask patient 200 "$1/\$verify" | grep -q '"verified"'
}

observation() {
  printf '{"resourceType":"Observation","id":"%s","status":"final","subject":{"reference":"Patient/eve"},"code":{"text":"load"},"valueString":"%s"}' "$1" "$2"
}

# SIGTERM while a body still comes in: the request ends well, then the server does.
drained() {
  local writing status
  observation drained "$(head -c 600000 /dev/zero | tr '\0' x)" >"$work/slow.json"
  ask loader 201 --limit-rate 60k -X PUT "$two/Observation/drained" -d @"$work/slow.json" >/dev/null &
  writing=$!
  within 20 "the slow request has begun" connected "$(address_of server-2)"
  "${engine[@]}" stop -t 60 "$(container_of server-2)" >/dev/null 2>&1
  wait "$writing" || fail "SIGTERM cut off a request"
  status="$("${engine[@]}" inspect -f '{{.State.ExitCode}}' "$(container_of server-2)")"
  [ "$status" = 143 ] || fail "server-2 ended with $status: want 143, after SIGTERM"
  within 30 "what was drained is there" verified "$one/Observation/drained/_history/1"
  step "SIGTERM drains: a request under way was answered, and is there"
}

connected() {
  grep -qi "$(printf '%02X' $(tr . '\n' <<<"$1" | tac)):1F90 01" /proc/net/tcp \
    || grep -qi "$(printf '%02X' $(tr . '\n' <<<"$1" | tac)):1F90 01" /proc/net/tcp6
}

all_stopped() {
  local service status
  deployment stop -t 60 >/dev/null 2>&1
  for service in "${services[@]}"; do
    status="$("${engine[@]}" inspect -f '{{.State.ExitCode}}' "$(container_of "$service")")"
    case "$status" in
      0 | 143) ;;
      *) fail "$service ended with $status: it did not heed its signal" ;;
    esac
  done
  step "all ended by themselves"
}
