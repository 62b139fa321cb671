@NullMarked
package org.fhiranchor.bench;

import org.jspecify.annotations.NullMarked;
