package org.fhiranchor.interceptors.gate.decision;

/**
 * What the operator has set for the gate.
 *
 * @param enforced false to observe: everything is decided and counted, nothing is refused
 * @param refusalStatus 403 or 404
 * @param searchLimit most hits of one search that are decided about
 * @param scanLimit most hits of one search that are looked at
 * @param narrowLimit most patients that a search is narrowed to; 0 for never
 */
public record GateSettings(
    boolean enforced, int refusalStatus, int searchLimit, int scanLimit, int narrowLimit) {}
