/** The extension in a server that is not ours. */
@NullMarked
package org.fhiranchor.interceptors.dropin;

import org.jspecify.annotations.NullMarked;
