/** The runnable server: assembly of HAPI, Jetty, a database and the extension. */
@NullMarked
package org.fhiranchor.server;

import org.jspecify.annotations.NullMarked;
