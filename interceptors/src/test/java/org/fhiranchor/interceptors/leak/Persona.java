package org.fhiranchor.interceptors.leak;

/**
 * Somebody who asks.
 *
 * @param name short name, as in the probe file
 * @param subject logical id of their Practitioner
 * @param who in words, for the report
 */
record Persona(String name, String subject, String who) {}
