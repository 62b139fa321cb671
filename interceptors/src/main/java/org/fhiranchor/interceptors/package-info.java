@NullMarked
package org.fhiranchor.interceptors;

import org.jspecify.annotations.NullMarked;
