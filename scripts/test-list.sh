#!/usr/bin/env bash
# The test classes of a source tree and how many test methods each has, a line for each package; beside another tree's, if given:
# "Class 3→4" has changed, "Class 0→4" is new, "Class 3→0" is gone.
# usage: test-list.sh [before]   a folder with an earlier state of the sources
set -euo pipefail
# shellcheck source=scripts/tools.sh
. "$(dirname "$0")/tools.sh"

# "package class number" for each class; what only inherits its tests has 0 of its own, and counts as one.
counted() {
  (cd "$1" && find ./*/src/test/java \( -name '*Test.java' -o -name '*IT.java' \) -print0 \
    | xargs -0 awk '
      FNR == 1 { at = FILENAME; sub(/^\.\//, "", at); module = at; sub(/\/.*/, "", module)
        name = at; sub(/.*\//, "", name); sub(/\.java$/, "", name)
        where = at; sub(/.*\/org\/fhiranchor\//, "", where); sub(/\/[^\/]*$/, "", where); gsub(/\//, ".", where)
        key = module ":" where " " name; number[key] += 0 }
      /^ *@(Test|ParameterizedTest|RepeatedTest|TestFactory|TestTemplate|ArchTest)([^A-Za-z]|$)/ { number[key]++ }
      / class [A-Za-z]+Test extends / { number[key] += 1 }
      END { for (key in number) print key, number[key] }') | sort
}

now="$(mktemp)"
then="$(mktemp)"
trap 'rm -f "$now" "$then"' EXIT
counted "$root" >"$now"
counted "${1:-$root}" >"$then"
awk '
  NR == FNR { before[$1 " " $2] = $3; next }
  { after[$1 " " $2] = $3 }
  END {
    for (key in before) { all[key]; was += before[key]; wasClasses++ }
    for (key in after) { all[key]; is += after[key]; isClasses++ }
    for (key in all) {
      from = before[key] + 0; to = after[key] + 0
      split(key, part, " ")
      print part[1], part[2] " " (from == to ? to : from "→" to)
    }
    printf "~ %d test methods in %d classes before, %d in %d now\n", was, wasClasses, is, isClasses
  }' "$then" "$now" | sort | awk '
  $1 != place { if (place != "") print place ": " line; place = $1; line = "" }
  { sub(/^[^ ]+ /, ""); line = line (line == "" ? "" : ", ") $0 }
  END { print line }'
