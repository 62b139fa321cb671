package org.fhiranchor.interceptors.consent.ledger;

import ca.uhn.fhir.jpa.api.dao.DaoRegistry;
import ca.uhn.fhir.jpa.searchparam.SearchParameterMap;
import ca.uhn.fhir.rest.api.SortSpec;
import ca.uhn.fhir.rest.api.server.SystemRequestDetails;
import ca.uhn.fhir.rest.server.exceptions.ResourceGoneException;
import ca.uhn.fhir.rest.server.exceptions.ResourceNotFoundException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.fhiranchor.interceptors.consent.decide.ConsentId;
import org.fhiranchor.interceptors.consent.terms.ConsentTerms;
import org.fhiranchor.merkle.CanonicalFormException;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.r4.model.Consent;
import org.hl7.fhir.r4.model.IdType;

/** The Consents that HAPI stores, read as the server itself. */
public final class StoredConsents {
  /** Consents in one page. */
  public static final int PAGE = 500;

  private final DaoRegistry daos;

  /** Reads through these. */
  public StoredConsents(DaoRegistry daos) {
    this.daos = daos;
  }

  /** The current version; empty when there is none or it is deleted. */
  public Optional<Consent> read(ConsentId id) {
    try {
      IdType consent = new IdType("Consent", id.value());
      IBaseResource found =
          daos.getResourceDao("Consent").read(consent, new SystemRequestDetails());
      return found instanceof Consent typed ? Optional.of(typed) : Optional.empty();
    } catch (ResourceNotFoundException | ResourceGoneException none) {
      return Optional.empty();
    }
  }

  /** Up to {@link #PAGE} Consents in the order they were first stored; fewer at the end. */
  public List<Consent> page(int offset) {
    SearchParameterMap all = new SearchParameterMap();
    all.setLoadSynchronous(true);
    all.setSort(new SortSpec("_pid"));
    all.setOffset(offset);
    all.setCount(PAGE);
    return daos
        .getResourceDao("Consent")
        .search(all, new SystemRequestDetails())
        .getAllResources()
        .stream()
        .filter(Consent.class::isInstance)
        .map(Consent.class::cast)
        .toList();
  }

  /** The terms as stored; empty when they have no canonical form, so that nobody can sign them. */
  public Optional<ConsentTerms> terms(Consent consent) {
    String json = daos.getFhirContext().newJsonParser().encodeResourceToString(consent);
    try {
      return Optional.of(ConsentTerms.of(json.getBytes(StandardCharsets.UTF_8)));
    } catch (CanonicalFormException unsignable) {
      return Optional.empty();
    }
  }
}
