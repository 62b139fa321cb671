/** Checks of the documents and of names across the whole tree. */
@NullMarked
package org.fhiranchor.docs;

import org.jspecify.annotations.NullMarked;
