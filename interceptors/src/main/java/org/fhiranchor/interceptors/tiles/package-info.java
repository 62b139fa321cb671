/** The public side of the log: C2SP tlog-tiles over HTTP. */
@NullMarked
package org.fhiranchor.interceptors.tiles;

import org.jspecify.annotations.NullMarked;
