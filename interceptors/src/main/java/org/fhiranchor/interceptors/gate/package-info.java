/**
 * The consent gate: HAPI's hooks, by which nothing governed leaves the server undecided (G1 to G16,
 * GATE-1 to GATE-6). Hooks translate; what is decided stands in the packages below.
 */
@NullMarked
package org.fhiranchor.interceptors.gate;

import org.jspecify.annotations.NullMarked;
