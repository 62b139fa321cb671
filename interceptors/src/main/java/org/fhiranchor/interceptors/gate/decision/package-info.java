/**
 * Who asks, and what consents say: verdicts, what is remembered of them, and who holds what is
 * delivered later. No hook of HAPI's lives here.
 */
@NullMarked
package org.fhiranchor.interceptors.gate.decision;

import org.jspecify.annotations.NullMarked;
