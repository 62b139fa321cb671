/** How much one request may bring and ask for (ANS-4). */
@NullMarked
package org.fhiranchor.interceptors.bounds;

import org.jspecify.annotations.NullMarked;
