/** The ports in SQL, on H2 and PostgreSQL alike. */
@NullMarked
package org.fhiranchor.interceptors.store;

import org.jspecify.annotations.NullMarked;
