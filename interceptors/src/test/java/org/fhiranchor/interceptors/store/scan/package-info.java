/** The comparisons of {@code $verify-store}, row by row. */
@NullMarked
package org.fhiranchor.interceptors.store.scan;

import org.jspecify.annotations.NullMarked;
