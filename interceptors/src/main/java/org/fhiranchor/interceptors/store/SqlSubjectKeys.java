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
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;

/** The tables {@code subject_key} and {@code subject_salt}. */
public final class SqlSubjectKeys implements SubjectKeys {
  private final JdbcTemplate jdbc;
  private final JdbcClient named;
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
    this.named = JdbcClient.create(jdbc);
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
  public boolean bind(PatientId patient, SubjectKey key, int known) {
    // The salt's row is the patient's lock: two bindings at once would both be current.
    subject(patient);
    return Boolean.TRUE.equals(
        transactions.execute(
            status -> {
              jdbc.queryForList(
                  "select patient from subject_salt where patient = ? for update", patient.value());
              boolean asDecided = of(patient).size() == known;
              if (asDecided) {
                replace(patient, key);
              }
              return asDecided;
            }));
  }

  private void replace(PatientId patient, SubjectKey key) {
    int before =
        named
            .sql(
                "update subject_key set removed_block = :block where patient = :patient and"
                    + " removed_block is null")
            .param("block", key.boundBlock())
            .param("patient", patient.value())
            .update();
    insert(patient, key);
    journal.bound(patient, key, before > 0);
  }

  private void insert(PatientId patient, SubjectKey key) {
    named
        .sql(
            "insert into subject_key (patient, address, custody, sealed, bound_block) values"
                + " (:patient, :address, :custody, :sealed, :block)")
        .param("patient", patient.value())
        .param("address", key.address().hex())
        .param("custody", key.custody())
        .param("sealed", key.sealed().map(Bytes::toArray).orElse(null))
        .param("block", key.boundBlock())
        .update();
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
      named
          .sql("insert into subject_salt (patient, salt) values (:patient, :salt)")
          .param("patient", patient.value())
          .param("salt", Salt.random(random).bytes())
          .update();
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
