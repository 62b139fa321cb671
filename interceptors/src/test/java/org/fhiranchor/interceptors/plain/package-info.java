/**
 * A plain HAPI JPA R4 server as anybody would assemble it: no class of {@code fhir-server} in it.
 */
@NullMarked
package org.fhiranchor.interceptors.plain;

import org.jspecify.annotations.NullMarked;
