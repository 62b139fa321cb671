/**
 * The terms of a Consent as they are signed and put on the ledger. Who signs them, and how they
 * come to the ledger, is the business of others.
 */
@NullMarked
package org.fhiranchor.consent.terms;

import org.jspecify.annotations.NullMarked;
