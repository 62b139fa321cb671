/** What runs again and again in the background. Knows nothing of what it runs. */
@NullMarked
package org.fhiranchor.interceptors.tasks;

import org.jspecify.annotations.NullMarked;
