package org.fhiranchor.interceptors.leak;

/** Gives tokens out for a server that is probed. */
interface Badges {
  /** A value for the header Authorization: a practitioner with user scopes. */
  String practitioner(String subject);

  /** The same practitioner with system scopes. */
  String system(String subject);

  /** A patient about their own record. */
  String patient(String id);

  /** A back-end service that may write everything. */
  String loader();
}
