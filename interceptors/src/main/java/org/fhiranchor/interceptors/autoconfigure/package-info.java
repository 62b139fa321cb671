/** What Spring Boot finds when the jar is on the class path: settings, beans, health. */
@NullMarked
package org.fhiranchor.interceptors.autoconfigure;

import org.jspecify.annotations.NullMarked;
