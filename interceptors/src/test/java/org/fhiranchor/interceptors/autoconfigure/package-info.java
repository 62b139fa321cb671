/** Settings and wiring, as an operator sees them. */
@NullMarked
package org.fhiranchor.interceptors.autoconfigure;

import org.jspecify.annotations.NullMarked;
