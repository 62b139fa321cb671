package org.fhiranchor.interceptors.store;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.fhiranchor.consent.decide.PatientId;
import org.fhiranchor.interceptors.consent.following.ConsentJournal;
import org.fhiranchor.interceptors.consent.following.SubjectKey;
import org.fhiranchor.interceptors.consent.following.SubjectKeys;
import org.fhiranchor.ledger.Bytes;
import org.fhiranchor.merkle.Digest;
import org.fhiranchor.merkle.Salt;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.support.TransactionTemplate;

/** The tables {@code subject_key} and {@code subject_salt}. */
public final class SqlSubjectKeys implements SubjectKeys {
  private final JdbcTemplate jdbc;
  private final TransactionTemplate transactions;
  private final ConsentJournal journal;
  private final SecureRandom random;

  /** The template must open its transactions on the data source of {@code jdbc}. */
  public SqlSubjectKeys(
      JdbcTemplate jdbc,
      TransactionTemplate transactions,
      ConsentJournal journal,
      SecureRandom random) {
    this.jdbc = jdbc;
    this.transactions = transactions;
    this.journal = journal;
    this.random = random;
  }

  @Override
  public List<SubjectKey> of(PatientId patient) {
    return jdbc
        .query(
            "select * from subject_key where patient = ? order by binding_id desc",
            (row, n) -> ConsentRows.readable(row, ConsentRows::subjectKey),
            patient.value())
        .stream()
        .flatMap(Optional::stream)
        .toList();
  }

  @Override
  public Map<PatientId, List<SubjectKey>> of(Collection<PatientId> patients) {
    Map<PatientId, List<SubjectKey>> found = new HashMap<>();
    jdbc.query(
        "select * from subject_key where patient = any(?)" + " order by binding_id desc",
        ManyRows.of(patients).varchar(PatientId::value).setter(),
        row -> {
          PatientId patient = new PatientId(row.getString("patient"));
          ConsentRows.readable(row, ConsentRows::subjectKey)
              .ifPresent(
                  key -> found.computeIfAbsent(patient, none -> new ArrayList<>(1)).add(key));
        });
    return found;
  }

  @Override
  public void bind(PatientId patient, SubjectKey key) {
    // The salt's row is the patient's lock: two bindings at once would both be current.
    subject(patient);
    transactions.executeWithoutResult(
        status -> {
          jdbc.queryForList(
              "select patient from subject_salt where patient = ? for update", patient.value());
          int before =
              jdbc.update(
                  "update subject_key set removed_block = ? where patient = ? and removed_block is"
                      + " null",
                  key.boundBlock(),
                  patient.value());
          insert(patient, key);
          journal.bound(patient, key, before > 0);
        });
  }

  private void insert(PatientId patient, SubjectKey key) {
    jdbc.update(
        "insert into subject_key (patient, address, custody, sealed, bound_block) values"
            + " (?,?,?,?,?)",
        patient.value(),
        key.address().hex(),
        key.custody(),
        key.sealed().map(Bytes::toArray).orElse(null),
        key.boundBlock());
  }

  @Override
  public Digest subject(PatientId patient) {
    Optional<Digest> found = find(patient);
    if (found.isPresent()) {
      return found.get();
    }
    insertSalt(patient);
    return find(patient).orElseThrow();
  }

  private void insertSalt(PatientId patient) {
    try {
      jdbc.update(
          "insert into subject_salt (patient, salt) values (?,?)",
          patient.value(),
          Salt.random(random).bytes());
    } catch (DuplicateKeyException e) {
      // Another request was first; the caller reads what that one made.
      return;
    }
  }

  private Optional<Digest> find(PatientId patient) {
    byte[] name = patient.reference().getBytes(StandardCharsets.UTF_8);
    return jdbc
        .query(
            "select salt from subject_salt where patient = ?",
            (row, n) -> Digest.sha256(row.getBytes("salt"), name),
            patient.value())
        .stream()
        .findFirst();
  }
}
