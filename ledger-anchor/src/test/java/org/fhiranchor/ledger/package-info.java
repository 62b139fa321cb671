@NullMarked
package org.fhiranchor.ledger;

import org.jspecify.annotations.NullMarked;
