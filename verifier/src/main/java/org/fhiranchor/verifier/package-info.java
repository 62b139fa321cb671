/**
 * The command line that checks proofs, exports and a whole log from outside. It trusts neither the
 * server nor its database, and shares no code with either but {@code org.fhiranchor.merkle}.
 */
@NullMarked
package org.fhiranchor.verifier;

import org.jspecify.annotations.NullMarked;
