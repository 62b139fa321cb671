package org.fhiranchor.interceptors.consent.following;

import java.util.Collection;
import java.util.List;

/** The current versions of resources as HAPI stores them, without a detour through its parser. */
public interface StoredTexts {
  /**
   * Of these; those that are deleted, or not stored as JSON text, are left out.
   *
   * @param resources HAPI's own numbers
   */
  List<Text> of(Collection<Long> resources);

  /**
   * One resource.
   *
   * @param resource HAPI's own number
   * @param id the id that clients know it by
   * @param json FHIR JSON, without the id
   */
  record Text(long resource, String id, String json) {}
}
