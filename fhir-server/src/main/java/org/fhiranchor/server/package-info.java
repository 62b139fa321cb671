/**
 * The runnable server: assembly of HAPI, Jetty, a database and the extension. No rule of log,
 * consent or ledger lives here: the drop-in has them all.
 */
@NullMarked
package org.fhiranchor.server;

import org.jspecify.annotations.NullMarked;
