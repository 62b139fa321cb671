/** The quick start's story, told against a server that runs: load, prove, tamper, catch. */
@NullMarked
package org.fhiranchor.demo;

import org.jspecify.annotations.NullMarked;
