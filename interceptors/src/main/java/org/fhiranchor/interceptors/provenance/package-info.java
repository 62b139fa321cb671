/**
 * Provenance that is derived from the log when somebody asks for it (PRV-1, PRV-2), beside what
 * clients store. Nothing of it is stored.
 */
@NullMarked
package org.fhiranchor.interceptors.provenance;

import org.jspecify.annotations.NullMarked;
