package org.fhiranchor.interceptors.consent.ledger;

import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import org.fhiranchor.interceptors.consent.decide.ConsentId;
import org.fhiranchor.interceptors.consent.decide.PatientId;
import org.fhiranchor.ledger.TransactionHash;

/** Links that answer each question but the one for many at once. */
record LinksThatFail(ConsentLinks links) implements ConsentLinks {
  @Override
  public Map<ConsentId, ConsentLink> find(Collection<ConsentId> consents) {
    throw new IllegalStateException("the database went away");
  }

  @Override
  public ConsentLink open(ConsentId consent, PatientId patient) {
    return links.open(consent, patient);
  }

  @Override
  public Optional<ConsentLink> find(ConsentId consent) {
    return links.find(consent);
  }

  @Override
  public Optional<ConsentLink> find(org.fhiranchor.ledger.ConsentId ledgerId) {
    return links.find(ledgerId);
  }

  @Override
  public void prepared(ConsentId consent, Preparation preparation) {
    links.prepared(consent, preparation);
  }

  @Override
  public void grantRelayed(ConsentId consent, TransactionHash transaction) {
    links.grantRelayed(consent, transaction);
  }

  @Override
  public void revocationRelayed(ConsentId consent, TransactionHash transaction) {
    links.revocationRelayed(consent, transaction);
  }
}
