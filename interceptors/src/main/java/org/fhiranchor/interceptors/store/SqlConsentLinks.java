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
      jdbc.update(
          "insert into consent_link (consent_id, patient, ledger_id, salt) values (?,?,?,?)",
          consent.value(),
          patient.value(),
          ledgerId,
          Salt.random(random).bytes());
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
    jdbc.update(
        "update consent_link set grantor = ?, terms_hash = ?, not_before = ?, not_after = ?,"
            + " deadline = ? where consent_id = ?",
        preparation.grantor().hex(),
        preparation.termsHash().bytes(),
        ConsentRows.notBefore(preparation.period()),
        ConsentRows.notAfter(preparation.period()),
        preparation.deadline(),
        consent.value());
  }
}
