package org.fhiranchor.interceptors.consent.following;

import ca.uhn.fhir.jpa.api.dao.DaoRegistry;
import ca.uhn.fhir.jpa.dao.tx.IHapiTransactionService;
import ca.uhn.fhir.jpa.model.dao.JpaPid;
import ca.uhn.fhir.parser.DataFormatException;
import com.google.common.collect.Lists;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.fhiranchor.consent.facts.LocalReferences;
import org.fhiranchor.interceptors.consent.following.HeldRoles.Role;
import org.fhiranchor.interceptors.log.ConfirmedLeaves;
import org.fhiranchor.merkle.Digest;
import org.hl7.fhir.r4.model.PractitionerRole;
import org.hl7.fhir.r4.model.Reference;

/** The PractitionerRoles that HAPI stores, held against the log (FOL-3). */
public final class StoredRoles {
  static final String TYPE = "PractitionerRole";

  /** Roles that are looked at together. */
  static final int PAGE = 500;

  private final DaoRegistry daos;
  private final IHapiTransactionService transactions;
  private final StoredTexts texts;
  private final ConfirmedLeaves leaves;
  private final ConfirmedResources single;
  private final LocalReferences references;

  /** Reads through these, as the server itself. */
  public StoredRoles(
      DaoRegistry daos,
      IHapiTransactionService transactions,
      StoredTexts texts,
      ConfirmedLeaves leaves,
      LocalReferences references) {
    this.daos = daos;
    this.transactions = transactions;
    this.texts = texts;
    this.leaves = leaves;
    this.single = new ConfirmedResources(daos, new LeafComparison(leaves));
    this.references = references;
  }

  /**
   * What became of a look at one role.
   *
   * @param role empty when there is none, and when it was edited
   */
  record Found(boolean edited, Optional<Role> role) {}

  /** HAPI's own numbers of all that are stored now, whatever any index says. */
  List<JpaPid> all() {
    return StoredConsents.all(daos, transactions, PractitionerRole.class);
  }

  /** The ids of those that the log has as stored, whatever the database holds. */
  List<String> recorded() {
    List<String> ever = new ArrayList<>();
    leaves.eachResource(TYPE, ever::add);
    List<String> stored = new ArrayList<>();
    for (List<String> page : Lists.partition(ever, PAGE)) {
      ConfirmedLeaves.Chains newest = leaves.newest(page.stream().map(StoredRoles::chain).toList());
      page.stream()
          .filter(
              id ->
                  LeafComparison.compare(newest.of(chain(id)), Optional.empty(), false)
                      != LeafComparison.Result.FITS)
          .forEach(stored::add);
    }
    return stored;
  }

  /** Some of them by their ids, the missing ones too: a few statements for all that fit. */
  Map<String, Found> byIds(Collection<String> ids) {
    return looked(texts.numbers(TYPE, ids), ids);
  }

  /** Some of {@link #all}, but for those that are deleted by now. */
  Map<String, Found> byNumbers(List<JpaPid> page) {
    List<Long> numbers = page.stream().map(JpaPid::getId).toList();
    return looked(numbers, texts.ids(numbers));
  }

  private Map<String, Found> looked(List<Long> numbers, Collection<String> ids) {
    List<StoredTexts.Text> found = texts.of(numbers);
    ConfirmedLeaves.Chains newest =
        leaves.newest(found.stream().map(text -> chain(text.id())).toList());
    Map<String, Found> all = new LinkedHashMap<>();
    for (StoredTexts.Text text : found) {
      Optional<Digest> content = text.asRead().flatMap(LeafComparison::digest);
      if (LeafComparison.compare(newest.of(chain(text.id())), content, true)
          != LeafComparison.Result.EDITED) {
        parsed(text.json())
            .ifPresent(
                role -> all.put(text.id(), new Found(false, Optional.of(of(role, content)))));
      }
    }
    // a plain text is not all that a read returns, and one may have been written in between
    Set<String> others = new LinkedHashSet<>(ids);
    others.removeAll(all.keySet());
    others.forEach(id -> all.put(id, one(id)));
    return all;
  }

  private static String chain(String id) {
    return LeafComparison.chain(TYPE + "/" + id);
  }

  private Optional<PractitionerRole> parsed(String json) {
    try {
      return Optional.of(
          daos.getFhirContext().newJsonParser().parseResource(PractitionerRole.class, json));
    } catch (DataFormatException leftToHapi) {
      return Optional.empty();
    }
  }

  private Found one(String id) {
    ConfirmedResources.Found found = single.read(TYPE + "/" + id);
    return found.result() == LeafComparison.Result.EDITED
        ? new Found(true, Optional.empty())
        : new Found(
            false, found.resource().map(role -> of((PractitionerRole) role, Optional.empty())));
  }

  private Role of(PractitionerRole role, Optional<Digest> content) {
    return new Role(local(role.getPractitioner()), local(role.getOrganization()), content);
  }

  private Optional<String> local(Reference reference) {
    return Optional.ofNullable(reference.getReference()).flatMap(references::normalise);
  }
}
