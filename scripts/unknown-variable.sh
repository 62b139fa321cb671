#!/usr/bin/env bash
# Says that a variable is not known, and which one was probably meant.
# usage: unknown-variable.sh NAME KNOWN...
set -euo pipefail
name="$1"
shift
awk -v name="$name" -v known="$*" '
  function least(a, b) { return a < b ? a : b }
  # how many characters to insert, remove or replace
  function distance(a, b,    i, j, row, before, next_before) {
    for (j = 0; j <= length(b); j++) row[j] = j
    for (i = 1; i <= length(a); i++) {
      before = row[0]
      row[0] = i
      for (j = 1; j <= length(b); j++) {
        next_before = row[j]
        row[j] = least(least(row[j], row[j - 1]) + 1, before + (substr(a, i, 1) != substr(b, j, 1)))
        before = next_before
      }
    }
    return row[length(b)]
  }
  BEGIN {
    count = split(known, names, " ")
    nearest = 3
    for (k = 1; k <= count; k++) {
      d = distance(toupper(name), names[k])
      if (d < nearest) { nearest = d; meant = names[k] }
    }
    printf "%s: no such variable; %s\n", name,
      meant == "" ? "want one of " known : "did you mean " meant "?"
  }'
