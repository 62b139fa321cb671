package org.fhiranchor.interceptors.store.h2;

/** What a connection was used for since its last transaction ended. By one thread at a time. */
final class Use {
  private boolean touched;
  private boolean changed;

  void read() {
    touched = true;
  }

  void change() {
    touched = true;
    changed = true;
  }

  void ended() {
    touched = false;
    changed = false;
  }

  /** Whether a rollback has something to end: H2 writes to its file then, changes or not. */
  boolean touched() {
    return touched;
  }

  /** Whether a commit has something to commit: H2 writes to its file then, and only then. */
  boolean changed() {
    return changed;
  }
}
