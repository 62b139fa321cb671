/**
 * The ledger as the rest of the server sees it: ports and plain values. How a chain is spoken to,
 * and how a transaction comes to its end, is in the packages below.
 */
@NullMarked
package org.fhiranchor.ledger;

import org.jspecify.annotations.NullMarked;
