/** Servers that die at a named point, and what a restart finds. */
@NullMarked
package org.fhiranchor.interceptors.crash;

import org.jspecify.annotations.NullMarked;
