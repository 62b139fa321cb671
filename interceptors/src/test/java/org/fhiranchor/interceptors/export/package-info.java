/** Exports that are made, broken off, gone on with and tidied away, on a log without a server. */
@NullMarked
package org.fhiranchor.interceptors.export;

import org.jspecify.annotations.NullMarked;
