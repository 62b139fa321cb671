@NullMarked
package org.fhiranchor.interceptors.guard;

import org.jspecify.annotations.NullMarked;
