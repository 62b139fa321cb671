/** Brings a log's checkpoints onto the ledger and follows each transaction until it is final. */
@NullMarked
package org.fhiranchor.ledger.anchoring;

import org.jspecify.annotations.NullMarked;
