/**
 * Turns HAPI's write hooks into pending leaves, in the resource's own transaction. What is done
 * with a leaf afterwards does not belong here.
 */
@NullMarked
package org.fhiranchor.interceptors.log.recording;

import org.jspecify.annotations.NullMarked;
