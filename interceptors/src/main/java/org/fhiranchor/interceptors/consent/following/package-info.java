/**
 * Keeps the stored Consents and the ledger's consents together: follows, compiles, corrects. The
 * rules of a decision are in the module consent.
 */
@NullMarked
package org.fhiranchor.interceptors.consent.following;

import org.jspecify.annotations.NullMarked;
