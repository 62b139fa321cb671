/** Tests of what runs again and again. */
@NullMarked
package org.fhiranchor.interceptors.tasks;

import org.jspecify.annotations.NullMarked;
