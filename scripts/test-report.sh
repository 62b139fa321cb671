#!/usr/bin/env bash
# Says what the last test run of this checkout ran, how long the slowest classes took, and by name what did not run.
set -euo pipefail
# shellcheck source=scripts/tools.sh
. "$(dirname "$0")/tools.sh"
cd "$root"
# What is older than the last make test is another run's.
began="$root/target/test-began"
[ -e "$began" ] || fail "no test reports: run make test first"
mapfile -t reports < <(find */target/surefire-reports */target/failsafe-reports -name 'TEST-*.xml' -newer "$began" 2>/dev/null)
[ ${#reports[@]} -gt 0 ] || fail "no test reports: run make test first"

say "== tests =="
awk -v RS='<' '
  function value(name,  found) {
    if (!match($0, " " name "=\"[^\"]*\"")) return ""
    found = substr($0, RSTART, RLENGTH)
    sub(/^[^"]*"/, "", found); sub(/"$/, "", found)
    return found
  }
  /^testsuite / { split(FILENAME, at, "/"); suite = value("name"); seconds[suite] += value("time"); module = at[1] }
  /^testcase /  { test = value("classname") " " value("name"); tests[module]++; all++ }
  /^(failure|error)[ >\/]/ { bad[test] = "failed" }
  /^skipped[ >\/]/ { bad[test] = "skipped" }
  END {
    for (module in tests) printf "%6d  %s\n", tests[module], module | "sort -k2"
    close("sort -k2")
    printf "%6d  together\n\n== slowest classes, seconds ==\n", all
    for (suite in seconds) printf "%8.1f  %s\n", seconds[suite], suite | "sort -rn | head -n 15"
    close("sort -rn | head -n 15")
    print "\n== failed or skipped =="
    none = 1
    for (test in bad) { print bad[test] ": " test; none = 0 }
    if (none) print "none"
  }' "${reports[@]}"

if grep -hE '# SKIP' target/verifier-js.log 2>/dev/null; then
  say "skipped in JavaScript: see above"
fi

say ""
say "== not run by make test =="
# What has the tag is left out of make test, as a class or by method; what make test-long names beside it has a short form here.
left_out="$(grep -rlE --include='*Test.java' '@Tag\("long"\)' ./*/src/test/java | sort)"
alone="$(for file in $left_out; do
  awk -v class="$(basename "$file" .java)" '
    /@Tag\("long"\)/ { tagged = 1 }
    tagged && /^(final )?class / { print class; exit }
    tagged && /^  void / { sub(/\(.*/, ""); print class " " $2; tagged = 0 }' "$file"
done)"
list() { awk '{ line = line (line == "" ? "" : ", ") $0 } END { print line }'; }
say "in make test-long alone: $(list <<<"$alone")"
say "in short, and in make test-long in full: $(sed -n '/^classes=(/,/^)/p' "$root/scripts/test-long.sh" | tr -s ' ' '\n' | grep 'Test$' \
  | grep -vxF "$alone" | sort | list)"
for program in $(grep -rl --include='*.java' 'static void main(' */src/test/java | sort); do
  name="$(basename "$program" .java)"
  # What other test sources name, they start.
  if ! grep -rlw --include='*.java' "$name" */src/test/java | grep -qv "/$name.java"; then
    say "no test, a program that is started by hand: $name"
  fi
done
say "not in make test: the images and the compose file of docker/ (make test-long runs them: scripts/containers.sh)"
say "by hand, with the war of HAPI's starter: scripts/drop-in.sh"
