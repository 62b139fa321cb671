@NullMarked
package org.fhiranchor.ledger.anchoring;

import org.jspecify.annotations.NullMarked;
