/** Gives pending leaves their place in the tree and signs the checkpoint. */
@NullMarked
package org.fhiranchor.interceptors.sequencing;

import org.jspecify.annotations.NullMarked;
