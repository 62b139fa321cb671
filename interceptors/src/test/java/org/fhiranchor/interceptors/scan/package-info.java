/** Scans of the whole store: who runs them, and when. */
@NullMarked
package org.fhiranchor.interceptors.scan;

import org.jspecify.annotations.NullMarked;
