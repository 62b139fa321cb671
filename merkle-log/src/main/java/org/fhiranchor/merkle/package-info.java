@NullMarked
package org.fhiranchor.merkle;

import org.jspecify.annotations.NullMarked;
