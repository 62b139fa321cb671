/**
 * How a start is refused: one sentence for the operator. What is checked at a start stands with
 * what it protects.
 */
@NullMarked
package org.fhiranchor.interceptors.start;

import org.jspecify.annotations.NullMarked;
