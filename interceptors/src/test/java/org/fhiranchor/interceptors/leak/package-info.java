/** The leak battery (GATE-4): what is asked of two servers, one of which holds hidden records. */
@NullMarked
package org.fhiranchor.interceptors.leak;

import org.jspecify.annotations.NullMarked;
