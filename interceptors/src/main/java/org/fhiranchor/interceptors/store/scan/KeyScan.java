package org.fhiranchor.interceptors.store.scan;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.fhiranchor.consent.decide.PatientId;
import org.fhiranchor.interceptors.consent.custody.Custody;
import org.fhiranchor.interceptors.scan.Finding.Kind;
import org.fhiranchor.ledger.Bytes;
import org.fhiranchor.merkle.Salt;
import org.fhiranchor.merkle.Statement;

/** The tables of patients' keys, held against the leaves that bind them. */
final class KeyScan {
  private final Scanning scan;
  private final Optional<Custody> custody;

  KeyScan(Scanning scan, Optional<Custody> custody) {
    this.scan = scan;
    this.custody = custody;
  }

  /** A key as a row, or as the leaves, have it. */
  private record Key(String address, String custody, long bound, Optional<Long> removed) {
    String inWords() {
      return "%s %s from block %d to %s"
          .formatted(
              address, custody, bound, removed.map(block -> Long.toString(block)).orElse("now"));
    }
  }

  private record Row(String patient, Key key, Optional<byte[]> sealed) {
    static Row of(ResultSet row) throws SQLException {
      return new Row(
          VersionScan.word(row.getString("patient")),
          new Key(
              VersionScan.word(row.getString("address")),
              VersionScan.word(row.getString("custody")),
              row.getLong("bound_block"),
              VersionRow.number(row, "removed_block")),
          Optional.ofNullable(row.getBytes("sealed")));
    }
  }

  /** The keys of these patients. */
  void read(List<String> patients, Map<String, List<SubjectEvents.Event>> leaves) {
    Map<String, List<Row>> rows = new HashMap<>();
    scan.jdbc()
        .query(
            "select s.* from unnest(cast(? as varchar array)) as k(id) join subject_key s on"
                + " s.patient = k.id order by s.binding_id",
            VersionScan.arrays(new Object[][] {patients.toArray()}),
            row -> {
              Row found = Row.of(row);
              rows.computeIfAbsent(found.patient(), none -> new ArrayList<>(1)).add(found);
            });
    Map<String, Integer> salts = salts(patients);
    for (String patient : patients) {
      List<Row> stored = rows.getOrDefault(patient, List.of());
      compare(patient, stored, bound(leaves.getOrDefault(patient, List.of())));
      boolean salted = Integer.valueOf(Salt.LENGTH).equals(salts.get(patient));
      if (!salted && (!stored.isEmpty() || salts.containsKey(patient))) {
        scan.found(Kind.KEY_BINDING, "Patient/" + patient, "its salt is missing, or cut");
      }
    }
    rows.values().stream().flatMap(List::stream).toList().parallelStream().forEach(this::open);
  }

  private Map<String, Integer> salts(List<String> patients) {
    Map<String, Integer> lengths = new HashMap<>();
    scan.jdbc()
        .query(
            "select s.patient, s.salt from unnest(cast(? as varchar array)) as k(id) join"
                + " subject_salt s on s.patient = k.id",
            VersionScan.arrays(new Object[][] {patients.toArray()}),
            row -> {
              lengths.put(row.getString(1), LeafRow.bytes(row, "salt").length);
            });
    return lengths;
  }

  /** One key speaks for a patient at a time: a binding ends the one before it. */
  private static List<Key> bound(List<SubjectEvents.Event> events) {
    List<Key> keys = new ArrayList<>();
    for (SubjectEvents.Event event : events) {
      if (event.statement() instanceof Statement.KeyBinding binding) {
        long block = Long.parseLong(event.fact("boundBlock").orElse("-1"));
        if (!keys.isEmpty()) {
          Key before = keys.remove(keys.size() - 1);
          keys.add(
              new Key(
                  before.address(),
                  before.custody(),
                  before.bound(),
                  before.removed().or(() -> Optional.of(block))));
        }
        if (!binding.event().equals("removed")) {
          keys.add(
              new Key(binding.key(), event.fact("custody").orElse(""), block, Optional.empty()));
        }
      }
    }
    return keys;
  }

  private void compare(String patient, List<Row> stored, List<Key> bound) {
    List<String> want = bound.stream().map(Key::inWords).toList();
    List<String> got = stored.stream().map(row -> row.key().inWords()).toList();
    if (!want.equals(got)) {
      scan.found(
          Kind.KEY_BINDING, "Patient/" + patient, "its keys: want %s, got %s".formatted(want, got));
    }
  }

  private void open(Row row) {
    boolean here = row.key().custody().equals("server");
    if (here != row.sealed().isPresent()) {
      scan.found(Kind.KEY_BINDING, "Patient/" + row.patient(), "a key in custody is missing");
    } else if (here && custody.isPresent() && !opens(custody.get(), row)) {
      scan.found(
          Kind.KEY_BINDING, "Patient/" + row.patient(), "a key in custody is not the bound one");
    }
  }

  private static boolean opens(Custody custody, Row row) {
    if (!PatientId.isValid(row.patient())) {
      return false;
    }
    PatientId patient = new PatientId(row.patient());
    Bytes sealed = Bytes.of(row.sealed().orElse(new byte[0]));
    return custody.opens(patient, sealed)
        && custody.open(patient, sealed).address().hex().equals(row.key().address());
  }
}
