/**
 * Refuses the ways HAPI knows to change a stored version without a hook, and checks at the start
 * that they are off. Recording itself does not belong here.
 */
@NullMarked
package org.fhiranchor.interceptors.log.recording.guard;

import org.jspecify.annotations.NullMarked;
