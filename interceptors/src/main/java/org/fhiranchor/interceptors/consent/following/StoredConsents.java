package org.fhiranchor.interceptors.consent.following;

import ca.uhn.fhir.jpa.api.dao.DaoRegistry;
import ca.uhn.fhir.jpa.dao.SearchBuilderFactory;
import ca.uhn.fhir.jpa.dao.tx.IHapiTransactionService;
import ca.uhn.fhir.jpa.model.dao.JpaPid;
import ca.uhn.fhir.jpa.searchparam.SearchParameterMap;
import ca.uhn.fhir.parser.DataFormatException;
import ca.uhn.fhir.parser.IParser;
import ca.uhn.fhir.rest.api.server.SystemRequestDetails;
import ca.uhn.fhir.rest.server.exceptions.InternalErrorException;
import ca.uhn.fhir.rest.server.exceptions.ResourceGoneException;
import ca.uhn.fhir.rest.server.exceptions.ResourceNotFoundException;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.fhiranchor.consent.decide.ConsentResourceId;
import org.fhiranchor.consent.terms.ConsentTerms;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.r4.model.Consent;
import org.hl7.fhir.r4.model.IdType;

/** The Consents that HAPI stores, read as the server itself. */
public final class StoredConsents {
  /** Consents that are loaded at once. */
  static final int PAGE = 500;

  private final DaoRegistry daos;
  private final IHapiTransactionService transactions;
  private final SearchBuilderFactory<JpaPid> builders;
  private final StoredTexts texts;

  /** Reads through these. */
  public StoredConsents(
      DaoRegistry daos,
      IHapiTransactionService transactions,
      SearchBuilderFactory<JpaPid> builders,
      StoredTexts texts) {
    this.daos = daos;
    this.transactions = transactions;
    this.builders = builders;
    this.texts = texts;
  }

  /** The current version; empty when there is none or it is deleted. */
  public Optional<Consent> read(ConsentResourceId id) {
    return read(new IdType("Consent", id.value()));
  }

  /** A version of any age; empty when it is a deletion, or not kept. */
  Optional<Consent> version(ConsentResourceId id, String version) {
    return read(new IdType("Consent", id.value(), version));
  }

  private Optional<Consent> read(IdType consent) {
    try {
      IBaseResource found =
          daos.getResourceDao("Consent").read(consent, new SystemRequestDetails());
      return found instanceof Consent typed ? Optional.of(typed) : Optional.empty();
    } catch (ResourceNotFoundException | ResourceGoneException none) {
      return Optional.empty();
    }
  }

  /**
   * All that are stored now, by HAPI's own numbers: what is deleted or written afterwards shifts
   * none of them out of sight.
   */
  List<JpaPid> all() {
    return all(daos, transactions, Consent.class);
  }

  /** The same of any type. */
  static <T extends IBaseResource> List<JpaPid> all(
      DaoRegistry daos, IHapiTransactionService transactions, Class<T> type) {
    List<JpaPid> all =
        transactions
            .withSystemRequest()
            .readOnly()
            .execute(
                () -> {
                  try (Stream<JpaPid> found =
                      daos.getResourceDao(type)
                          .searchForIdStream(
                              new SearchParameterMap(), new SystemRequestDetails(), null)) {
                    return found.toList();
                  }
                });
    return all == null ? List.of() : all;
  }

  /**
   * These of them, but for those that are deleted by now.
   *
   * @param unreadable told of those whose text no parser takes
   */
  List<StoredConsent> load(List<JpaPid> page, Consumer<ConsentResourceId> unreadable) {
    IParser parser = daos.getFhirContext().newJsonParser();
    Map<Long, StoredConsent> byText = new HashMap<>();
    Set<Long> asText = new HashSet<>();
    for (StoredTexts.Text text : texts.of(page.stream().map(JpaPid::getId).toList())) {
      asText.add(text.resource());
      parsed(parser, text)
          .ifPresentOrElse(
              consent -> byText.put(text.resource(), consent),
              () -> unreadable.accept(new ConsentResourceId(text.id())));
    }
    List<JpaPid> others =
        page.stream().filter(consent -> !asText.contains(consent.getId())).toList();
    return Stream.concat(
            byText.values().stream(), byHapi(others, unreadable).stream().map(this::stored))
        .toList();
  }

  /** Empty when its text is not what a plain parser takes: HAPI's own reading tells more. */
  private Optional<StoredConsent> parsed(IParser parser, StoredTexts.Text text) {
    try {
      Consent consent = parser.parseResource(Consent.class, text.json());
      consent.setId(new IdType("Consent", text.id()));
      return Optional.of(
          new StoredConsent(
              consent, Optional.of(text.json()), () -> written(consent), text.asRead()));
    } catch (DataFormatException leftToHapi) {
      return Optional.empty();
    }
  }

  private StoredConsent stored(Consent consent) {
    return new StoredConsent(
        consent, Optional.empty(), () -> written(consent), Optional.of(written(consent)));
  }

  /** One that is damaged fails all of them: then each is named. */
  private List<Consent> byHapi(List<JpaPid> page, Consumer<ConsentResourceId> unreadable) {
    try {
      return loadByHapi(page);
    } catch (DataFormatException | InternalErrorException damaged) {
      texts.ids(page.stream().map(JpaPid::getId).toList()).stream()
          .map(ConsentResourceId::new)
          .forEach(unreadable);
      return List.of();
    }
  }

  private List<Consent> loadByHapi(List<JpaPid> page) {
    if (page.isEmpty()) {
      return List.of();
    }
    List<IBaseResource> found =
        transactions
            .withSystemRequest()
            .readOnly()
            .execute(
                () ->
                    builders
                        .newSearchBuilder("Consent", Consent.class)
                        .loadResourcesByPid(page, new SystemRequestDetails()));
    return found == null
        ? List.of()
        : found.stream().filter(Consent.class::isInstance).map(Consent.class::cast).toList();
  }

  /** The terms as stored; empty when they have no canonical form, so that nobody can sign them. */
  public Optional<ConsentTerms> terms(Consent consent) {
    return StoredConsent.terms(written(consent));
  }

  /** HAPI's own numbers of these. */
  List<JpaPid> numbers(Collection<ConsentResourceId> consents) {
    return texts
        .numbers("Consent", consents.stream().map(ConsentResourceId::value).toList())
        .stream()
        .map(JpaPid::fromId)
        .toList();
  }

  /** A Consent as a client gets it. */
  String written(Consent consent) {
    return daos.getFhirContext().newJsonParser().encodeResourceToString(consent);
  }
}
