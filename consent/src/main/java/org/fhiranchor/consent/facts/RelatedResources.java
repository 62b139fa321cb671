package org.fhiranchor.consent.facts;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.hl7.fhir.r4.model.Resource;

/**
 * Looks up the products that a resource refers to, what else it refers to, and what refers to a
 * Binary, where the resource itself does not say whose it is (OWN-1, OWN-2). Asked at the time of
 * the question, by many threads; resources that name their patient and no product, such as a
 * Medication, are never asked for.
 */
@FunctionalInterface
public interface RelatedResources {
  /** Knows nothing: what names no patient belongs to somebody unknown if it refers to anything. */
  RelatedResources NOTHING_KNOWN = reference -> Optional.empty();

  /**
   * A resource of this server as it is now, and for a deleted one as it was last; empty when it
   * cannot be read or never existed.
   *
   * @param reference normalised, {@code "DocumentReference/1"}
   */
  Optional<Resource> find(String reference);

  /**
   * The same of many at once, by their names; what cannot be read or never existed is not among
   * them.
   */
  default Map<String, Resource> findAll(Collection<String> references) {
    Map<String, Resource> found = new LinkedHashMap<>();
    references.forEach(name -> find(name).ifPresent(resource -> found.put(name, resource)));
    return found;
  }

  /**
   * Whether a resource of this name was erased with its patient, whom it belonged to: what refers
   * to it belongs to somebody whom nobody can ask.
   *
   * @param reference normalised, of what {@link #find} did not find
   */
  default boolean isErased(String reference) {
    return false;
  }

  /**
   * Whether {@link #referrersOf} knows of everything by now; to be asked before it. While it does
   * not, whose a Binary is cannot be told.
   */
  default boolean knowsReferrers() {
    return true;
  }

  /**
   * Normalised references of everything that may refer to a Binary now; more is allowed, less is
   * not.
   *
   * @param binary normalised, {@code "Binary/1"}
   */
  default List<String> referrersOf(String binary) {
    return List.of();
  }
}
