#!/usr/bin/env bash
# Puts the drop-in jars on the class path of HAPI's stock starter as docs/operate/drop-in.md says, word by word, and looks whether that
# works: names each library that both bring and which one is used, starts, writes, refuses, proves; then tries the starter's switches.
# usage: drop-in.sh WAR=path   the executable war of hapi-fhir-jpaserver-starter on HAPI 8.8 (its profile "boot")
#        [DROP_IN=interceptors/target/drop-in] [SWITCHES=all|none|"key=value[,key=value] …"]
set -euo pipefail
# shellcheck source=scripts/tools.sh
. "$(dirname "$0")/tools.sh"
war=""
drop_in="$root/interceptors/target/drop-in"
switches=all
for argument in "$@"; do
  case "$argument" in
    WAR=*) war="${argument#*=}" ;;
    DROP_IN=*) drop_in="${argument#*=}" ;;
    SWITCHES=*) switches="${argument#*=}" ;;
    *) fail "unknown argument $argument; usage: drop-in.sh WAR=path [DROP_IN=folder] [SWITCHES=all|none|\"key=value …\"]" ;;
  esac
done
[ -f "$war" ] || fail "WAR: want the executable war of HAPI's starter, got \"$war\""
[ -d "$drop_in" ] || fail "no $drop_in: mvn -B -ntp -pl interceptors -am clean package -DskipTests makes it"
verifier="$root/verifier/target/verifier.jar"
[ -f "$verifier" ] || fail "no $verifier: run make build first"
need_java
need_node
node_packages

document="$root/docs/operate/drop-in.md"
work="$(mktemp -d)"
pid=""
stop() {
  [ -z "$pid" ] || kill "$pid" 2>/dev/null || true
  [ -z "$pid" ] || wait "$pid" 2>/dev/null || true
  pid=""
}
finish() {
  local status=$?
  stop
  [ "$status" = 0 ] || { mkdir -p "$root/target" && cp "$work"/*.log "$root/target/" 2>/dev/null; }
  rm -rf "$work"
}
trap finish EXIT

# The first block of this kind in the document.
block() {
  awk -v want="\`\`\`$1" '$0 == want && !done { on = 1; next } /^```/ && on { on = 0; done = 1 } on' "$document"
}

# An empty folder as the document describes it: the war, the jars, the settings.
folder() {
  rm -rf "$work/starter"
  mkdir -p "$work/starter"
  ln -s "$(readlink -f "$war")" "$work/starter/ROOT.war"
  ln -s "$(readlink -f "$drop_in")" "$work/starter/drop-in"
  block yaml | sed "s#/path/to/fhir-anchor#$root#" >"$work/starter/application.yaml"
  block bash >"$work/start.sh"
  grep -q PropertiesLauncher "$work/start.sh" || fail "$document: the first bash block does not start the starter"
}

# launch FOLDER-LOG argument …: the document's own command, with our port and a record of where classes come from.
launch() {
  local log="$1"
  shift
  : >"$work/$log"
  (
    cd "$work/starter"
    export JAVA_TOOL_OPTIONS="-Xlog:class+load=info:file=$work/classes.txt"
    PATH="$(dirname "$(readlink -f "$java")"):$PATH" exec bash -c "exec $(cat "$work/start.sh") \"\$@\"" start --server.port=0 "$@"
  ) >"$work/$log" 2>&1 &
  pid=$!
}

# 0 when it is ready, 1 when it ended by itself.
ready() {
  local log="$work/$1" began=$SECONDS port
  until port="$(sed -n 's/.*[Tt]omcat started on port \([0-9]*\).*/\1/p' "$log" | head -n 1)" && [ -n "$port" ] \
    && grep -q 'Started Application in' "$log"; do
    kill -0 "$pid" 2>/dev/null || { wait "$pid" || true; pid=""; return 1; }
    [ $((SECONDS - began)) -lt 900 ] || fail "the starter is not ready after 900 s: $(tail -n 5 "$log")"
    sleep 1
  done
  base="http://localhost:$port"
}

token() {
  (cd "$work/starter" && "$java" -XX:TieredStopAtLevel=1 -cp ROOT.war -Dloader.path='WEB-INF/classes,WEB-INF,drop-in' \
    -Dloader.main=org.fhiranchor.interceptors.identity.demo.TokenCommand \
    org.springframework.boot.loader.launch.PropertiesLauncher DATA=anchor "$@")
}

# ask TOKEN STATUS curl-argument …
ask() {
  local bearer="$1" want="$2" got
  shift 2
  got="$(curl -sS -o "$work/answer" -w '%{http_code}' -H 'Content-Type: application/fhir+json' -H "Authorization: Bearer $bearer" "$@")"
  [ "$got" = "$want" ] || fail "$*: want $want, got $got: $(head -c 500 "$work/answer")"
  cat "$work/answer"
}

info() {
  curl -sS "$base/actuator/info" | sed -n "s/.*\"$1\":\"\{0,1\}\([^\",}]*\).*/\1/p"
}

# name version, of each jar in a list of file names.
named() {
  sed -n 's#.*/##; s/^\(.*\)-\([0-9][0-9A-Za-z.]*\(-SNAPSHOT\)\{0,1\}\)\.jar$/\1 \2/p' | sort
}

# Whether two jars of one name hold a class in common: org.web3j:utils and another vendor's utils do not.
same_library() {
  local ours="$drop_in/$1-$2.jar" theirs="$work/theirs.jar"
  unzip -p "$war" "WEB-INF/lib*/$1-$3.jar" >"$theirs"
  # Counted and not cut off: who stops reading early ends the pipe with a failure.
  [ "$(classes "$ours" | wc -l)" -gt 0 ] || return 0
  [ "$(comm -12 <(classes "$ours") <(classes "$theirs") | wc -l)" -gt 0 ]
}

classes() {
  unzip -Z1 "$1" '*.class' 2>/dev/null | grep -v 'module-info' | sort
}

# The classes of a jar that the start which was just seen has loaded.
loaded() {
  sed -n "s#^.*\] \([^ ]*\) source: .*$1\.jar.*#\1.class#p" "$work/classes.txt" | sed 's#\.#/#g; s#/class$#.class#' | sort -u
}

# What both bring, and out of which its classes came in the start that was just seen.
compare_libraries() {
  local name ours theirs hidden
  unzip -Z1 "$war" 'WEB-INF/lib*/*.jar' | named >"$work/theirs"
  find -L "$drop_in" -name '*.jar' | named >"$work/ours"
  join "$work/ours" "$work/theirs" | while read -r name ours theirs; do
    same_library "$name" "$ours" "$theirs" || continue
    loaded "drop-in/$name-$ours" >"$work/here"
    loaded "WEB-INF/lib[a-z-]*/$name-$theirs" >"$work/there"
    say "library $name: drop-in $ours ($(wc -l <"$work/here") classes loaded), starter $theirs ($(wc -l <"$work/there") classes loaded)"
    hidden="$(comm -12 "$work/here" <(classes "$work/theirs.jar") | sed -n 1p)"
    [ -z "$hidden" ] || fail "$name $ours of the drop-in hides $hidden of the starter's $theirs: the starter's own must win"
  done
}

try_plainly() {
  folder
  launch plain.log
  ready plain.log || fail "the starter ended: $(grep -m 5 -e Description -A 6 -e ERROR "$work/plain.log")"
  say "drop-in: the starter is ready at $base/fhir"
  local loader patient doctor began=$SECONDS
  loader="$(token ROLE=loader)"
  patient="$(token ROLE=patient PATIENT=eve)"
  doctor="$(token ROLE=practitioner PURPOSE=TREAT)"
  ask "$loader" 201 -X PUT "$base/fhir/Patient/eve" -d @"$root/docs/tour/patient.json" >/dev/null
  ask "$loader" 201 -X PUT "$base/fhir/Observation/weight" -d @"$root/docs/tour/weight.json" >/dev/null
  ask "$doctor" 403 "$base/fhir/Observation/weight" >/dev/null
  ask "$patient" 200 "$base/fhir/Observation/weight/_history/1" >"$work/resource.json"
  until ask "$patient" 200 "$base/fhir/Observation/weight/_history/1/\$proof" >"$work/proof.json" && grep -q '"anchor":{' "$work/proof.json"; do
    [ $((SECONDS - began)) -lt 120 ] || fail "no anchored proof after 120 s"
    sleep 1
  done
  "$java" -jar "$verifier" "$work/resource.json" "$work/proof.json" --key "$(info verifierKey)" --rpc "$(info rpcUrl)" \
    --contract "$(info anchorContract)" --log-id "$(info logId)" >/dev/null || fail "what was read does not verify"
  ask "$patient" 200 "$base/fhir/Patient/eve/\$enroll-key" -d @"$root/docs/tour/custody.json" >/dev/null
  say "drop-in: written, refused to a doctor, read by the patient, verified against the ledger, a key enrolled"
  compare_libraries
  stop
}

# shellcheck source=scripts/drop-in-switches.sh
. "$root/scripts/drop-in-switches.sh"

try_plainly
try_switches
say "drop-in: done after $SECONDS s"
