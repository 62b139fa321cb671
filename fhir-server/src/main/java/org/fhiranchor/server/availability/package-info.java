/**
 * Bad days (OPS-1): the database is watched, requests are answered 503 while it is away, health
 * answers whatever hangs, and the log does not grow with a failure that goes on. What is answered
 * while all is well is not decided here.
 */
@NullMarked
package org.fhiranchor.server.availability;

import org.jspecify.annotations.NullMarked;
