/** SMART scopes and roles as plain values. No token, request or framework. */
@NullMarked
package org.fhiranchor.interceptors.identity.scope;

import org.jspecify.annotations.NullMarked;
