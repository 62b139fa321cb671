# Sourced by the other scripts: finds the tools and says what is missing. No output when all is well.
# shellcheck shell=bash

root="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"

fail() {
  printf 'fhir-anchor: %s\n' "$*" >&2
  exit 1
}

say() {
  printf '%s\n' "$*"
}

# The first number of a version such as "17.0.15" or "v22.1.0".
major() {
  local version="${1#v}"
  printf '%s' "${version%%[.+-]*}"
}

java_command() {
  if [ -n "${JAVA_HOME:-}" ] && [ -x "$JAVA_HOME/bin/java" ]; then
    printf '%s' "$JAVA_HOME/bin/java"
  else
    command -v java || fail "java is missing: install a JDK of version 17 or later (Debian: apt-get install openjdk-17-jdk-headless)"
  fi
}

java_major() {
  local line
  line="$("$1" -version 2>&1 | grep -m1 version)" || fail "$1 does not answer -version"
  line="${line#*\"}"
  major "${line%%\"*}"
}

need_java() {
  java="$(java_command)"
  local found
  found="$(java_major "$java")"
  [ "$found" -ge 17 ] || fail "java is too old: want 17 or later, got $found ($java)"
}

need_maven() {
  command -v mvn >/dev/null || fail "mvn is missing: install Maven 3.8.7 or later (Debian: apt-get install maven)"
  "$(dirname "$java")/javac" -version >/dev/null 2>&1 || command -v javac >/dev/null \
    || fail "javac is missing: $java is a run time only, install a JDK of version 17 or later"
}

need_node() {
  command -v node >/dev/null || fail "node is missing: install Node.js 20 or later (it brings npm, for the embedded chain)"
  command -v npm >/dev/null || fail "npm is missing: install it beside Node.js"
  local found
  found="$(major "$(node --version)")"
  [ "$found" -ge 20 ] || fail "node is too old: want 20 or later, got $found"
}

# node_modules is current when npm's own note in it is not older than the lock file.
node_packages() {
  local note="$root/node_modules/.package-lock.json"
  if [ ! -f "$note" ] || [ "$root/package-lock.json" -nt "$note" ]; then
    need_node
    say "installing npm packages"
    (cd "$root" && npm ci --no-audit --no-fund --loglevel=error >/dev/null) || fail "npm ci failed: run it in $root to see why"
  fi
}

server_jar="$root/fhir-server/target/fhir-server.jar"

# One file for each java: the classes that a start loads, as that java keeps them. Not there or not fitting: java starts without.
start_archive() {
  local version kind=jsa
  version="$("$java" -version 2>&1 | cksum)"
  [ "$(java_major "$java")" -lt 25 ] || kind=aot
  printf '%s' "$root/fhir-server/target/start-archive/java-$(java_major "$java")-${version%% *}.$kind"
}

# Sets start_options for "$java": how it uses its archive, without a word when it cannot.
quick_start_options() {
  local archive
  archive="$(start_archive)"
  start_options=()
  if [ ! -s "$archive" ]; then
    return
  fi
  case "$archive" in
    *.aot) start_options=(-XX:AOTCache="$archive" -Xlog:aot*=off -Xlog:cds*=off) ;;
    *) start_options=(-XX:SharedArchiveFile="$archive" -Xshare:auto -Xlog:cds*=off -Xlog:class+path=off) ;;
  esac
}

# Synthea and its libraries, in $synthea_libraries. Comes with Maven, once; fails where it cannot be had. What Maven says goes to the log.
synthea_libraries="$root/bench/target/synthea-libraries"
synthea_log="$root/target/synthea.log"
get_synthea() {
  if [ -d "$synthea_libraries" ]; then
    return
  fi
  mkdir -p "$root/target"
  if ! (cd "$root" && mvn -B -ntp -f bench/synthea/pom.xml dependency:copy-dependencies >"$synthea_log" 2>&1); then
    rm -rf "$synthea_libraries"
    return 1
  fi
}
