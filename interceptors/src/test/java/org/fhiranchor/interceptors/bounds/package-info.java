@NullMarked
package org.fhiranchor.interceptors.bounds;

import org.jspecify.annotations.NullMarked;
