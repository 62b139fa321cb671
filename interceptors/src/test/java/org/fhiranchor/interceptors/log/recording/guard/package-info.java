@NullMarked
package org.fhiranchor.interceptors.log.recording.guard;

import org.jspecify.annotations.NullMarked;
