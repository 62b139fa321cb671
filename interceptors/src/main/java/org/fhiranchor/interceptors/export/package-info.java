/**
 * {@code $export-provenance} (EXP-1, EXP-2): what the log says of a time, a patient or a person, in
 * files that prove their own completeness. The form of the files, and how they are checked, is in
 * {@code org.fhiranchor.merkle}.
 */
@NullMarked
package org.fhiranchor.interceptors.export;

import org.jspecify.annotations.NullMarked;
