@NullMarked
package org.fhiranchor.interceptors.consent.custody;

import org.jspecify.annotations.NullMarked;
