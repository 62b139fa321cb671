package org.fhiranchor.interceptors.gate.decision;

import java.nio.charset.StandardCharsets;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.fhiranchor.interceptors.identity.scope.SmartScope;
import org.fhiranchor.interceptors.identity.token.Requester;
import org.fhiranchor.merkle.Digest;

/**
 * Tells requesters apart by everything that a decision can depend on: the same person for another
 * purpose, or with another application, is another holder.
 */
public final class RequesterFingerprint {
  private RequesterFingerprint() {}

  /** A fingerprint of the requester, 64 hex digits. */
  public static String of(Requester who) {
    Stream<String> purposes =
        who.purposes().stream().map(purpose -> purpose.system() + "|" + purpose.code()).sorted();
    Stream<String> narrowed =
        who.scopes().resources().stream()
            .filter(scope -> !scope.isWhole())
            .map(SmartScope::text)
            .sorted();
    String all =
        Stream.concat(
                Stream.of(
                    who.subject(),
                    who.clientId().orElse(""),
                    who.fhirUser().orElse(""),
                    who.organization().orElse(""),
                    who.patient().orElse("")),
                Stream.concat(narrowed, purposes))
            .map(part -> part.length() + ":" + part)
            .collect(Collectors.joining(" "));
    return Digest.sha256(all.getBytes(StandardCharsets.UTF_8)).hex();
  }
}
