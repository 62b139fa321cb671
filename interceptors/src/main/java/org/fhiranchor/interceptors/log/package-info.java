/** The log as the rest of the extension sees it: what waits, what is sequenced, and the ports. */
@NullMarked
package org.fhiranchor.interceptors.log;

import org.jspecify.annotations.NullMarked;
