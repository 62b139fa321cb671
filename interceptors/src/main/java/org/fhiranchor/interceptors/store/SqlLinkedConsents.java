package org.fhiranchor.interceptors.store;

import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.fhiranchor.ledger.Address;
import org.fhiranchor.ledger.ConsentId;
import org.fhiranchor.ledger.ConsentKey;
import org.fhiranchor.ledger.consent.LinkedConsent;
import org.fhiranchor.merkle.Digest;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * Which consents of the ledger somebody here may need (FOL-1): the id was given to a stored Consent
 * ({@code consent_link}) and the grantor is, or was, a key of its patient ({@code subject_key}).
 */
record SqlLinkedConsents(JdbcTemplate jdbc) {
  /** Ids in one statement. */
  private static final int CHUNK = 1_000;

  private static final String LINKED =
      "select k.address, l.ledger_id as link_id, l.grantor as prepared_grantor,"
          + " l.terms_hash as prepared_terms, l.not_before as prepared_not_before,"
          + " l.not_after as prepared_not_after, s.grantor, s.terms_hash, s.not_before,"
          + " s.not_after, s.grant_block, s.revoked"
          + " from %s l join subject_key k on k.patient = l.patient"
          + " left join consent_state s on s.ledger_id = l.ledger_id and s.grantor = k.address"
          + " order by l.ledger_id, k.binding_id";

  /** Whole ids, so that the next page begins after the last of them. */
  List<LinkedConsent> after(Optional<ConsentKey> key, int links) {
    String page =
        "(select * from consent_link where ledger_id > ? order by ledger_id limit " + links + ")";
    byte[] last = key.map(at -> at.id().value().bytes()).orElse(new byte[0]);
    return distinct(
        jdbc.query(LINKED.formatted(page), (row, n) -> ConsentRows.linked(row), (Object) last));
  }

  /** Those of these keys. */
  List<LinkedConsent> among(Collection<ConsentKey> keys) {
    Set<ConsentKey> wanted = Set.copyOf(keys);
    String page = "(select * from consent_link where ledger_id = any(?))";
    return distinct(
        jdbc
            .query(
                LINKED.formatted(page),
                ManyRows.of(ids(keys)).bytea(id -> id.value().bytes()).setter(),
                (row, n) -> ConsentRows.linked(row))
            .stream()
            .filter(linked -> wanted.contains(linked.key()))
            .toList());
  }

  /** A key that was bound again is one key. */
  private static List<LinkedConsent> distinct(List<LinkedConsent> rows) {
    return rows.stream().distinct().toList();
  }

  private static List<ConsentId> ids(Collection<ConsentKey> keys) {
    return keys.stream().map(ConsentKey::id).distinct().toList();
  }

  /** What is stored already counts too: whoever removes a key must not hide a revocation by it. */
  Set<ConsentKey> concerned(Collection<ConsentKey> keys) {
    Set<ConsentKey> found = new HashSet<>();
    List<ConsentId> ids = ids(keys);
    for (int from = 0; from < ids.size(); from += CHUNK) {
      List<ConsentId> chunk = ids.subList(from, Math.min(from + CHUNK, ids.size()));
      found.addAll(
          keys(
              "select k.address, l.ledger_id from consent_link l join subject_key k"
                  + " on k.patient = l.patient where l.ledger_id = any(?)",
              chunk));
      found.addAll(
          keys(
              "select grantor as address, ledger_id from consent_state where ledger_id = any(?)",
              chunk));
    }
    return keys.stream().filter(found::contains).collect(Collectors.toUnmodifiableSet());
  }

  private List<ConsentKey> keys(String sql, List<ConsentId> ids) {
    return jdbc.query(
        sql,
        ManyRows.of(ids).bytea(id -> id.value().bytes()).setter(),
        (row, n) ->
            new ConsentKey(
                new Address(row.getString("address")),
                new ConsentId(Digest.of(row.getBytes("ledger_id")))));
  }
}
