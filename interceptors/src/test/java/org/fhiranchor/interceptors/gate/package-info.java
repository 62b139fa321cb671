@NullMarked
package org.fhiranchor.interceptors.gate;

import org.jspecify.annotations.NullMarked;
