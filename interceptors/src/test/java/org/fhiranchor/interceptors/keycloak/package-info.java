/** A server of ours with Keycloak, unmodified, as its issuer: docs/operate/identity.md. */
@NullMarked
package org.fhiranchor.interceptors.keycloak;

import org.jspecify.annotations.NullMarked;
