@NullMarked
package org.fhiranchor.ledger.evm;

import org.jspecify.annotations.NullMarked;
