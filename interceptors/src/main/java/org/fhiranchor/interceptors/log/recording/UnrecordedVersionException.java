package org.fhiranchor.interceptors.log.recording;

import org.hibernate.HibernateException;

/**
 * A transaction would have stored a version without its leaf, or recorded one that it did not
 * store: a fault of this server, so nothing of it is kept. Trying again changes nothing.
 */
public final class UnrecordedVersionException extends HibernateException {
  private static final long serialVersionUID = 1L;

  UnrecordedVersionException(String difference) {
    super("nothing was stored: " + difference);
  }
}
