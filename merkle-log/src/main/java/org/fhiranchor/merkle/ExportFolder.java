package org.fhiranchor.merkle;

import java.io.IOException;
import java.io.InputStream;
import java.util.Set;

/** The files of an export, wherever they are. */
public interface ExportFolder {
  /** The names of all that is there. */
  Set<String> names() throws IOException;

  /** The bytes of one of them, from its beginning. */
  InputStream open(String name) throws IOException;
}
