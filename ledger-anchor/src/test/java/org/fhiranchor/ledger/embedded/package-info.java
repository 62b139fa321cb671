@NullMarked
package org.fhiranchor.ledger.embedded;

import org.jspecify.annotations.NullMarked;
