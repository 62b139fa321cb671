/**
 * The ports in SQL, on H2 and PostgreSQL alike. SQL lives here and nowhere else; the rules live
 * with the ports.
 */
@NullMarked
package org.fhiranchor.interceptors.store;

import org.jspecify.annotations.NullMarked;
