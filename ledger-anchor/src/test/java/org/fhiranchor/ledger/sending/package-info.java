@NullMarked
package org.fhiranchor.ledger.sending;

import org.jspecify.annotations.NullMarked;
