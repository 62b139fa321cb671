/**
 * Writes under the gate: what HAPI would resolve, match or compare while it stores is decided in
 * the writer's name. Nothing here changes what is stored.
 */
@NullMarked
package org.fhiranchor.interceptors.gate.write;

import org.jspecify.annotations.NullMarked;
