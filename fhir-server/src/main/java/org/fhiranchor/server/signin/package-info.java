/**
 * Signing in for trying out: the demo issuer as an OAuth 2 authorization server, on this machine
 * only. With an issuer of the site's own nothing of it is there.
 */
@NullMarked
package org.fhiranchor.server.signin;

import org.jspecify.annotations.NullMarked;
