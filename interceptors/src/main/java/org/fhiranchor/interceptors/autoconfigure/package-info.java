/**
 * What Spring Boot finds when the jar is on the class path: settings, beans, health. What they do
 * lives in the packages that are put together here.
 */
@NullMarked
package org.fhiranchor.interceptors.autoconfigure;

import org.jspecify.annotations.NullMarked;
