/**
 * The log as data: statements and their commitments, trees, tiles, checkpoints, proofs, exports,
 * and how each of them is checked. No HTTP, no SQL, no FHIR library and no clock: whoever verifies
 * needs this package alone.
 */
@NullMarked
package org.fhiranchor.merkle;

import org.jspecify.annotations.NullMarked;
