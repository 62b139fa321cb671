/** Signing in for trying out, over HTTP, as browsers and apps do it. */
@NullMarked
package org.fhiranchor.server.signin;

import org.jspecify.annotations.NullMarked;
