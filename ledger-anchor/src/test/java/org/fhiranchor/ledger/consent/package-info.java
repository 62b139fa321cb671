@NullMarked
package org.fhiranchor.ledger.consent;

import org.jspecify.annotations.NullMarked;
