/**
 * The heads of all patients' disclosures (DIS-6): what ends each size of the log that is anchored,
 * and what shows a patient that no newer disclosure is there. What was disclosed, and whose it is,
 * is not known here.
 */
@NullMarked
package org.fhiranchor.interceptors.log.heads;

import org.jspecify.annotations.NullMarked;
