/** Sends everything that one account signs, through one queue that all nodes share (TX-7). */
@NullMarked
package org.fhiranchor.ledger.sending;

import org.jspecify.annotations.NullMarked;
