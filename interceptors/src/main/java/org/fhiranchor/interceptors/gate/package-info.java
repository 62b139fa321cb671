/** The consent gate: nothing governed leaves the server undecided (G1 to G16, GATE-1 to GATE-6). */
@NullMarked
package org.fhiranchor.interceptors.gate;

import org.jspecify.annotations.NullMarked;
