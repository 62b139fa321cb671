/** Parts of bad days, each for itself; the whole is tested with a server. */
@NullMarked
package org.fhiranchor.server.availability;

import org.jspecify.annotations.NullMarked;
