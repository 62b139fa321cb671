package org.fhiranchor.interceptors.consent.following;

import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import org.fhiranchor.consent.decide.ConsentResourceId;
import org.fhiranchor.consent.decide.PatientId;

/**
 * Keeps the links between stored Consents and the ledger. Durable when a method returns; any number
 * of threads and nodes; everything may be repeated.
 */
public interface ConsentLinks {
  /** The link of a Consent, made with a fresh id and salt where there is none. */
  ConsentLink open(ConsentResourceId consent, PatientId patient);

  /** The link of a Consent; empty when it was never prepared. */
  Optional<ConsentLink> find(ConsentResourceId consent);

  /** The link behind an id on the ledger; empty for consents of other servers. */
  Optional<ConsentLink> find(org.fhiranchor.ledger.ConsentId ledgerId);

  /** The links of these Consents, those that have one. */
  Map<ConsentResourceId, ConsentLink> find(Collection<ConsentResourceId> consents);

  /** Notes what was handed out for signing. */
  void prepared(ConsentResourceId consent, Preparation preparation);
}
