package org.fhiranchor.consent.decide;

import java.util.Set;

/**
 * Who else a requester is by what this server stores, beside what the token says (DENY-7). A deny
 * covers whoever goes by such a name; a permit never does.
 *
 * @param references normalised, such as {@code "Practitioner/7"}
 * @param known false where nobody can tell who else it is: a deny that names anybody covers them
 */
public record OtherNames(Set<String> references, boolean known) {
  /** Nobody else. */
  public static final OtherNames NONE = new OtherNames(Set.of(), true);

  public OtherNames {
    references = Set.copyOf(references);
  }
}
