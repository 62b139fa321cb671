/** The server as a client sees it: over HTTP, booted once for all tests. */
@NullMarked
package org.fhiranchor.server;

import org.jspecify.annotations.NullMarked;
