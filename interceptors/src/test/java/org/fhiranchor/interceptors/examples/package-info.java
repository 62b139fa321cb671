/** The published R4 examples, written, read back and proven. */
@NullMarked
package org.fhiranchor.interceptors.examples;

import org.jspecify.annotations.NullMarked;
