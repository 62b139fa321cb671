package org.fhiranchor.interceptors.store;

import java.security.SecureRandom;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.fhiranchor.consent.decide.ConsentResourceId;
import org.fhiranchor.consent.decide.PatientId;
import org.fhiranchor.interceptors.consent.following.ConsentLink;
import org.fhiranchor.interceptors.consent.following.ConsentLinks;
import org.fhiranchor.interceptors.consent.following.Preparation;
import org.fhiranchor.merkle.Salt;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * The table {@code consent_link}; each write is one statement.
 *
 * @param random makes ids and salts
 */
public record SqlConsentLinks(JdbcTemplate jdbc, SecureRandom random) implements ConsentLinks {
  @Override
  public ConsentLink open(ConsentResourceId consent, PatientId patient) {
    Optional<ConsentLink> found = find(consent);
    if (found.isPresent()) {
      return found.get();
    }
    insert(consent, patient);
    return find(consent).orElseThrow();
  }

  private void insert(ConsentResourceId consent, PatientId patient) {
    byte[] ledgerId = new byte[32];
    random.nextBytes(ledgerId);
    try {
      JdbcClient.create(jdbc)
          .sql(
              "insert into consent_link (consent_id, patient, ledger_id, salt) values (:consent,"
                  + " :patient, :ledgerId, :salt)")
          .param("consent", consent.value())
          .param("patient", patient.value())
          .param("ledgerId", ledgerId)
          .param("salt", Salt.random(random).bytes())
          .update();
    } catch (DuplicateKeyException e) {
      // Another request was first; the caller reads what that one made.
      return;
    }
  }

  @Override
  public Optional<ConsentLink> find(ConsentResourceId consent) {
    return find("consent_id = ?", consent.value());
  }

  @Override
  public Optional<ConsentLink> find(org.fhiranchor.ledger.ConsentId ledgerId) {
    return find("ledger_id = ?", ledgerId.value().bytes());
  }

  @Override
  public Map<ConsentResourceId, ConsentLink> find(Collection<ConsentResourceId> consents) {
    Map<ConsentResourceId, ConsentLink> found = new HashMap<>();
    jdbc.query(
        "select * from consent_link where consent_id = any(?)",
        ManyRows.of(consents).varchar(ConsentResourceId::value).setter(),
        row -> {
          ConsentRows.readable(row, ConsentRows::link)
              .ifPresent(link -> found.put(link.consent(), link));
        });
    return found;
  }

  private Optional<ConsentLink> find(String where, Object value) {
    return jdbc
        .query(
            "select * from consent_link where " + where,
            (row, n) -> ConsentRows.readable(row, ConsentRows::link),
            value)
        .stream()
        .flatMap(Optional::stream)
        .findFirst();
  }

  @Override
  public void prepared(ConsentResourceId consent, Preparation preparation) {
    JdbcClient.create(jdbc)
        .sql(
            "update consent_link set grantor = :grantor, terms_hash = :terms, not_before ="
                + " :notBefore, not_after = :notAfter, deadline = :deadline where consent_id ="
                + " :consent")
        .param("grantor", preparation.grantor().hex())
        .param("terms", preparation.termsHash().bytes())
        .param("notBefore", ConsentRows.notBefore(preparation.period()))
        .param("notAfter", ConsentRows.notAfter(preparation.period()))
        .param("deadline", preparation.deadline())
        .param("consent", consent.value())
        .update();
  }
}
