/** The terms of a Consent as they are signed and put on the ledger. */
@NullMarked
package org.fhiranchor.consent.terms;

import org.jspecify.annotations.NullMarked;
