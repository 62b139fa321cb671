package org.fhiranchor.interceptors.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.fhiranchor.interceptors.identity.TestTokens;
import org.fhiranchor.interceptors.plain.RunningServer;
import org.fhiranchor.ledger.ConsentChange;
import org.fhiranchor.ledger.secret.SecretFile;
import org.fhiranchor.merkle.LogSigningKey;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.JdbcTemplate;

/** A server on a network, whose consents have an account of their own ({@code relay-…}). */
@Tag("long")
final class RelayAccountTest {
  private static final String ORIGIN = "example.org/relay";
  private static final Duration LIMIT = Duration.ofMinutes(2);

  /** Of two patients: one leaves the key with the server, the other one has a wallet. */
  private static final int CONSENTS = 24;

  @TempDir Path folder;

  @Test
  @DisplayName("TX-7 with relay-… one account pays for anchors, and another one for what is signed")
  void paysWithTwoAccounts() throws Exception {
    Path data = Files.createDirectories(folder.resolve("data"));
    new SecretFile("log", data.resolve("log.key"))
        .create(LogSigningKey.generate(ORIGIN, new SecureRandom()).encode());
    new SecretFile("custody", data.resolve("custody-key")).replace("5c".repeat(32));
    try (TrialLedger ledger = TrialLedger.start(folder.resolve("ledger"))) {
      List<String> settings = new ArrayList<>(ledger.settings());
      settings.addAll(ledger.relaying());
      settings.add("--anchor.log.origin=" + ORIGIN);
      settings.add("--anchor.log.signing-key=" + data.resolve("log.key"));
      settings.add("--anchor.consent.custody-key=" + data.resolve("custody-key"));
      settings.add("--anchor.consent.enforce=on");
      try (RunningServer server = RunningServer.start(data, settings.toArray(String[]::new))) {
        ConsentTrial trial =
            new ConsentTrial(
                "relayed", CONSENTS, List.of(new TrialNode(server::url, new TestTokens(data))));
        trial.store();
        trial.grantAndRevoke();
        trial.awaitRevoked();
        assertThat(ledger.events(0, ConsentChange.Granted.class)).hasSize(CONSENTS);
        assertThat(ledger.events(0, ConsentChange.Revoked.class)).hasSize(CONSENTS);
        assertThat(trial.answers().keySet()).allMatch(answer -> answer.matches(".* 20[01]"));
        JdbcTemplate jdbc = new JdbcTemplate(server.bean(DataSource.class));
        Set<String> anchoring = payers(ledger, jdbc, "kind = 'ANCHOR'");
        assertThat(anchoring).hasSize(1);
        assertThat(payers(ledger, jdbc, "kind in ('GRANT', 'REVOCATION')"))
            .hasSize(1)
            .doesNotContainAnyElementsOf(anchoring);
      }
    }
  }

  private static Set<String> payers(TrialLedger ledger, JdbcTemplate jdbc, String which) {
    String calls = "from ledger_call where " + which;
    await()
        .atMost(LIMIT)
        .until(
            () ->
                Integer.valueOf(0)
                    .equals(
                        jdbc.queryForObject(
                            "select count(*) " + calls + " and state <> 'FINAL'", Integer.class)));
    List<TrialLedger.Paid> paid =
        jdbc.query("select transaction_hash " + calls, (row, n) -> ledger.paid(row.getBytes(1)));
    assertThat(paid).isNotEmpty().allMatch(TrialLedger.Paid::done);
    return paid.stream().map(TrialLedger.Paid::by).collect(Collectors.toSet());
  }
}
