/** Refuses the ways HAPI knows to change a stored version without a hook. */
@NullMarked
package org.fhiranchor.interceptors.guard;

import org.jspecify.annotations.NullMarked;
