/**
 * What the log answers: proof files and verdicts over FHIR, and the public C2SP tlog-tiles over
 * HTTP. Nothing here writes to the log.
 */
@NullMarked
package org.fhiranchor.interceptors.log.serving;

import org.jspecify.annotations.NullMarked;
