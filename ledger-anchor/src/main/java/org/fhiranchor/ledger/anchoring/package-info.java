/**
 * Brings a log's checkpoints onto the ledger and follows each transaction until it is final. How a
 * chain is spoken to is not known here.
 */
@NullMarked
package org.fhiranchor.ledger.anchoring;

import org.jspecify.annotations.NullMarked;
