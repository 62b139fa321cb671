/**
 * The quick start's story, told against a server that runs: load, prove, tamper, catch. It knows
 * the server by HTTP, as any client does, and nothing of its database.
 */
@NullMarked
package org.fhiranchor.demo;

import org.jspecify.annotations.NullMarked;
