/**
 * Sends everything that one account signs, through one queue that all nodes share (TX-7). What a
 * call says is the business of whoever puts it into the queue.
 */
@NullMarked
package org.fhiranchor.ledger.sending;

import org.jspecify.annotations.NullMarked;
