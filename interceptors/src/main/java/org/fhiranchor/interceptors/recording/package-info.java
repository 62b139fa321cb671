/** Turns HAPI's write hooks into pending leaves, in the resource's own transaction. */
@NullMarked
package org.fhiranchor.interceptors.recording;

import org.jspecify.annotations.NullMarked;
