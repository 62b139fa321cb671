/** Keys that the server keeps for patients, encrypted at rest (CG-4). */
@NullMarked
package org.fhiranchor.interceptors.consent.custody;

import org.jspecify.annotations.NullMarked;
