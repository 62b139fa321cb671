package org.fhiranchor.interceptors.consent.following;

import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import org.fhiranchor.consent.decide.ConsentResourceId;
import org.fhiranchor.consent.decide.PatientId;

/** Links that answer each question but the one for many at once. */
record LinksThatFail(ConsentLinks links) implements ConsentLinks {
  @Override
  public Map<ConsentResourceId, ConsentLink> find(Collection<ConsentResourceId> consents) {
    throw new IllegalStateException("the database went away");
  }

  @Override
  public ConsentLink open(ConsentResourceId consent, PatientId patient) {
    return links.open(consent, patient);
  }

  @Override
  public Optional<ConsentLink> find(ConsentResourceId consent) {
    return links.find(consent);
  }

  @Override
  public Optional<ConsentLink> find(org.fhiranchor.ledger.ConsentId ledgerId) {
    return links.find(ledgerId);
  }

  @Override
  public void prepared(ConsentResourceId consent, Preparation preparation) {
    links.prepared(consent, preparation);
  }
}
