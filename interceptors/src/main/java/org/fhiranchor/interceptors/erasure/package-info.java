/**
 * Destroys what belongs to one patient alone (ERA-1), so that every other proof holds as before.
 * {@link org.fhiranchor.interceptors.erasure.Erasure} says in which order, and what holds when the
 * server dies between two steps.
 */
@NullMarked
package org.fhiranchor.interceptors.erasure;

import org.jspecify.annotations.NullMarked;
