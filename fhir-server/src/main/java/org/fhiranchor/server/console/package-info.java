/** The console's pages, as static files. What they ask is the same API that everybody else asks. */
@NullMarked
package org.fhiranchor.server.console;

import org.jspecify.annotations.NullMarked;
