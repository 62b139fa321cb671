/** Keeps the stored Consents and the ledger's consents together: follows, compiles, corrects. */
@NullMarked
package org.fhiranchor.interceptors.consent.ledger;

import org.jspecify.annotations.NullMarked;
