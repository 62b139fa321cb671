/** Runs the consent cases that stand as YAML under {@code src/test/resources/consent}. */
@NullMarked
package org.fhiranchor.consent.cases;

import org.jspecify.annotations.NullMarked;
