/**
 * A decision of before, decided again on the consents of then (EXP-4). Shows nothing of what was
 * decided about, and no SQL lives here.
 */
@NullMarked
package org.fhiranchor.interceptors.replay;

import org.jspecify.annotations.NullMarked;
