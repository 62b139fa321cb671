/**
 * What has to travel with what is shown: the words, and how they look in an answer (EXP-7). Whether
 * it may be shown is decided elsewhere.
 */
@NullMarked
package org.fhiranchor.interceptors.gate.notice;

import org.jspecify.annotations.NullMarked;
