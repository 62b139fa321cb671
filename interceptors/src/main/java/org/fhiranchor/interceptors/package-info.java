/**
 * The extension of a HAPI server, one package for each of its tasks. No class lives at this level.
 */
@NullMarked
package org.fhiranchor.interceptors;

import org.jspecify.annotations.NullMarked;
