/** What the console's pages may do. */
@NullMarked
package org.fhiranchor.server.console;

import org.jspecify.annotations.NullMarked;
