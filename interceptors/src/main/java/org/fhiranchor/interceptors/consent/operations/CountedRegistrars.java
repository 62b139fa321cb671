package org.fhiranchor.interceptors.consent.operations;

import io.micrometer.core.instrument.MeterRegistry;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.fhiranchor.interceptors.identity.token.Requester;
import org.fhiranchor.merkle.Digest;
import org.fhiranchor.merkle.Salt;

/**
 * Counts what registrars do as {@code anchor.registrar.acts}, by act, outcome and registrar. A
 * registrar appears under a salted fingerprint that changes with every start: enough for a rate,
 * too little for a name.
 */
public final class CountedRegistrars implements RegistrarLog {
  /** Further ones are counted together. */
  private static final int MOST = 1_000;

  private static final int SHOWN = 12;

  private final MeterRegistry meters;
  private final Salt salt;
  private final Set<String> known = ConcurrentHashMap.newKeySet();

  /** Counts there. */
  public CountedRegistrars(MeterRegistry meters, Salt salt) {
    this.meters = meters;
    this.salt = salt;
  }

  @Override
  public void acted(Requester registrar, Act act) {
    count(registrar, act, "done");
  }

  @Override
  public void refused(Requester registrar, Act act) {
    count(registrar, act, "refused");
  }

  private void count(Requester registrar, Act act, String outcome) {
    meters
        .counter(
            "anchor.registrar.acts",
            "act",
            act.name().toLowerCase(Locale.ROOT),
            "outcome",
            outcome,
            "registrar",
            shown(registrar))
        .increment();
  }

  private String shown(Requester registrar) {
    String all = salt.base64() + " " + registrar.subject();
    String print = Digest.sha256(all.getBytes(StandardCharsets.UTF_8)).hex().substring(0, SHOWN);
    return known.contains(print) || (known.size() < MOST && known.add(print)) ? print : "other";
  }
}
