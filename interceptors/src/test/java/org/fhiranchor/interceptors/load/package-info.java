/** Many writers at once, on one node and on two. */
@NullMarked
package org.fhiranchor.interceptors.load;

import org.jspecify.annotations.NullMarked;
