package org.fhiranchor.bench;

import java.nio.file.Path;

/**
 * How much is measured, and where.
 *
 * @param quick shortened rounds, to see that it works; the figures then say little
 * @param root the checkout
 * @param work an empty folder that is removed afterwards
 */
record Scale(boolean quick, Path root, Path work) {
  int pick(int full, int shortened) {
    return quick ? shortened : full;
  }
}
