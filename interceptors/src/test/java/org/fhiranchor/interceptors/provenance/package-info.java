/** Tests of what is derived from the log. */
@NullMarked
package org.fhiranchor.interceptors.provenance;

import org.jspecify.annotations.NullMarked;
