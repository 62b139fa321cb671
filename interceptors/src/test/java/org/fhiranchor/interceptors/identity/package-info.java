/** Tokens that hold, tokens that do not, and what scopes permit. */
@NullMarked
package org.fhiranchor.interceptors.identity;

import org.jspecify.annotations.NullMarked;
