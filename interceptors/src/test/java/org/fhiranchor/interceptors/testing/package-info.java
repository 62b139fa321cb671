/** Fixtures that tests of several modules share. */
@NullMarked
package org.fhiranchor.interceptors.testing;

import org.jspecify.annotations.NullMarked;
