/** How much one request may bring and ask for (ANS-4). Who may ask for it is not its business. */
@NullMarked
package org.fhiranchor.interceptors.bounds;

import org.jspecify.annotations.NullMarked;
