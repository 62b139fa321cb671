/**
 * The log: its ports, the sequencer that gives pending leaves their place and signs the checkpoint,
 * and its health. No SQL and no FHIR hook lives here.
 */
@NullMarked
package org.fhiranchor.interceptors.log;

import org.jspecify.annotations.NullMarked;
