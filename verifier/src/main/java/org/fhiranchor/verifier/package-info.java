@NullMarked
package org.fhiranchor.verifier;

import org.jspecify.annotations.NullMarked;
