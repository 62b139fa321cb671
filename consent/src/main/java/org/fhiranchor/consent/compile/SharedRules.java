package org.fhiranchor.consent.compile;

import com.google.common.collect.Interner;
import com.google.common.collect.Interners;
import org.fhiranchor.consent.decide.Provision;

/**
 * Keeps one copy of provisions that say the same. Most Consents are made from a few forms, so that
 * a million of them share some thousand provisions, which then stay in the processor's cache. A
 * copy that nobody uses any more goes away.
 */
final class SharedRules {
  private final Interner<Provision> provisions = Interners.newWeakInterner();

  Provision provision(Provision made) {
    return provisions.intern(made);
  }
}
