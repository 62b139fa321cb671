@NullMarked
package org.fhiranchor.server;

import org.jspecify.annotations.NullMarked;
