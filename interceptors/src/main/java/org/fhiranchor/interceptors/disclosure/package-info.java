/**
 * Who was shown what, and who was refused (docs/spec/disclosure.md): what a request adds up to is
 * collected while it is answered, and is durable before its first byte leaves. No SQL and no
 * decision about access lives here.
 */
@NullMarked
package org.fhiranchor.interceptors.disclosure;

import org.jspecify.annotations.NullMarked;
