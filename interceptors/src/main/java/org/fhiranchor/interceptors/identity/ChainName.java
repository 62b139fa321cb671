package org.fhiranchor.interceptors.identity;

import java.util.Optional;

/**
 * The name of a search parameter as it is written, read from the left: what is asked of the
 * searched type itself, and what is asked of the resources on the other side.
 */
public sealed interface ChainName {
  /** {@code family}, {@code family:exact}, {@code patient:Patient}. */
  record Plain(String parameter, Optional<String> modifier) implements ChainName {}

  /** {@code subject:Patient.family}: the parameter, the type it says, what follows the dot. */
  record Forward(String parameter, Optional<String> type, String rest) implements ChainName {}

  /** {@code _has:Observation:patient:code}: the type, its parameter that leads here, the rest. */
  record Reverse(String type, String parameter, String rest) implements ChainName {}

  /** Nothing that can be read. */
  record Unreadable() implements ChainName {}

  String HAS = "_has";

  /** Reads a parameter's name. */
  static ChainName of(String name) {
    if (name.equals(HAS) || name.startsWith(HAS + ":")) {
      String[] parts = name.split(":", 4);
      return parts.length == 4 ? new Reverse(parts[1], parts[2], parts[3]) : new Unreadable();
    }
    int dot = name.indexOf('.');
    String[] head = (dot < 0 ? name : name.substring(0, dot)).split(":", 2);
    Optional<String> said = head.length == 2 ? Optional.of(head[1]) : Optional.empty();
    return dot < 0 ? new Plain(head[0], said) : new Forward(head[0], said, name.substring(dot + 1));
  }
}
