@NullMarked
package org.fhiranchor.interceptors.consent.operations;

import org.jspecify.annotations.NullMarked;
