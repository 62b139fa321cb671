package org.fhiranchor.interceptors.gate;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.AppenderBase;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.fhiranchor.interceptors.log.LogStore;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/**
 * ANS-3: a word that stands for a person goes through the error paths, and is in no line that the
 * shipped levels let through. Every test reads all that was logged since the class began.
 */
@TestInstance(Lifecycle.PER_CLASS)
final class NothingInTheLogTest {
  private static final String CANARY = "zyxcanary";
  private static final Logger ROOT = (Logger) LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME);

  private final GatedServer server = GatedServer.shared();
  private final String loader = server.tokens().loader();
  private final String reader = server.tokens().practitioner("log-doc", "TREAT");
  private final Lines lines = new Lines();
  private final Level before = ROOT.getLevel();

  @BeforeAll
  void listenAsTheServerShips() {
    lines.start();
    ROOT.addAppender(lines);
    ROOT.setLevel(Level.INFO);
  }

  @AfterAll
  void stop() {
    LogStore log = server.server().bean(LogStore.class);
    await().atMost(120, SECONDS).until(() -> log.pendingCount() == 0);
    ROOT.setLevel(before);
    ROOT.detachAppender(lines);
  }

  private void nothingWasLogged() {
    assertThat(lines.with(CANARY)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"resourceType\":\"Patient\",\"text\":{\"status\":\"generated\",\"div\":\"<div>zyxcanary<b></div>\"}}",
        "{\"resourceType\":\"Patient\",\"zyxcanary\":\"zyxcanary\"}",
        "{\"resourceType\":\"Patient\",\"birthDate\":\"zyxcanary\"}",
        "{\"resourceType\":\"Patient\",\"gender\":\"zyxcanary\"}",
        "{\"resourceType\":\"Patient\",\"name\":\"zyxcanary\"}",
        "{\"resourceType\":\"Patient\",\"name\":[{\"family\":\"zyxcanary\"}",
        "{\"resourceType\":\"zyxcanary\"}",
        "{\"resourceType\":\"Observation\",\"note\":[{\"text\":\"zyxcanary\"}],\"valueQuantity\":{\"value\":1E999999999}}",
        "{\"resourceType\":\"Observation\",\"subject\":{\"reference\":\"Patient/zyxcanary\"}}",
        "{\"resourceType\":\"Observation\",\"subject\":{\"reference\":\"Patient?family=zyxcanary\"}}",
        "zyxcanary",
        "<Patient xmlns=\"http://hl7.org/fhir\"><name><family value=\"zyxcanary\"></name></Patient>",
        "<!DOCTYPE x [<!ENTITY e \"zyxcanary\">]><Patient xmlns=\"http://hl7.org/fhir\">&e;</Patient>"
      })
  void ofABodyThatIsRefused(String body) {
    for (String token : List.of(loader, reader)) {
      for (String type : List.of("application/fhir+json", "application/fhir+xml")) {
        server.askAs(type, token, "POST", "Patient", body);
        server.askAs(type, token, "PUT", "Patient/zyxcanary-body", body);
        server.askAs(type, token, "POST", "", body);
        server.askAs(type, token, "POST", "Patient/$validate", body);
        server.askAs(type, token, "PATCH", "Patient/zyxcanary", body);
      }
    }
    nothingWasLogged();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "zyxcanary/1",
        "Patient/zyxcanary",
        "Patient/zyxcanary/_history/zyxcanary",
        "Patient/$zyxcanary",
        "Patient?zyxcanary=zyxcanary",
        "Patient?birthdate=zyxcanary",
        "Patient?_lastUpdated=zyxcanary",
        "Patient?family:zyxcanary=x",
        "Patient?_filter=zyxcanary",
        "Patient?_has:zyxcanary=x",
        "Patient?_count=zyxcanary",
        "Observation?code:in=http://zyxcanary.example.org/vs",
        "Observation?subject:zyxcanary.family=x",
        "Observation?value-quantity=zyxcanary",
        "?_getpages=zyxcanary",
        "ValueSet/$expand?url=http://zyxcanary.example.org/vs",
        "CodeSystem/$lookup?code=zyxcanary&system=http://zyxcanary.example.org",
        "$export?_type=zyxcanary",
        "$export-poll-status?_jobId=zyxcanary"
      })
  void ofAQueryThatIsRefused(String path) {
    for (String token : List.of(loader, reader, "", "zyxcanary")) {
      server.get(token, path);
    }
    nothingWasLogged();
  }

  @Test
  void ofAFormThatIsRefused() {
    for (String form : List.of("family=%zzzyxcanary", "zyxcanary=x", "birthdate=zyxcanary")) {
      server.askAs("application/x-www-form-urlencoded", loader, "POST", "Patient/_search", form);
    }
    nothingWasLogged();
  }

  @ParameterizedTest
  @CsvSource({"If-Match,W/\"zyxcanary\"", "If-None-Exist,family=zyxcanary", "Prefer,zyxcanary"})
  void ofAHeaderThatIsRefused(String header, String value) {
    String body =
        "{\"resourceType\":\"Patient\",\"id\":\"zyxcanary-header\",\"name\":[{\"family\":\"zyxcanary\"}]}";
    server.ask(loader, "PUT", "Patient/zyxcanary-header", body, header, value);
    server.ask(loader, "POST", "Patient", body, header, value);
    nothingWasLogged();
  }

  @Test
  @DisplayName("of writers who meet at one id, where the database says which key stood in the way")
  void ofAUniqueViolation() {
    IntStream.range(0, 6)
        .boxed()
        .flatMap(round -> Stream.generate(() -> "zyxcanary-" + round).limit(8))
        .collect(Collectors.toList())
        .parallelStream()
        .forEach(
            id ->
                server.ask(
                    loader,
                    "PUT",
                    "Patient/" + id,
                    "{\"resourceType\":\"Patient\",\"id\":\"%s\",\"name\":[{\"family\":\"zyxcanary\"}]}"
                        .formatted(id)));
    nothingWasLogged();
  }

  @Test
  @DisplayName("a failure of the server is still in the log, with where it happened")
  void aFailureIsReported() {
    LoggerFactory.getLogger("ca.uhn.fhir.rest.server.RestfulServer")
        .error("failed for " + CANARY, new IllegalStateException(CANARY));
    assertThat(lines.with("library reported"))
        .anyMatch(line -> line.contains("IllegalStateException at=" + getClass().getName()));
    nothingWasLogged();
  }

  /** All that is logged, with what an exception would print. */
  private static final class Lines extends AppenderBase<ILoggingEvent> {
    private final Collection<String> all = new ConcurrentLinkedQueue<>();

    @Override
    protected void append(ILoggingEvent event) {
      String thrown =
          event.getThrowableProxy() == null
              ? ""
              : ThrowableProxyUtil.asString(event.getThrowableProxy());
      all.add(event.getLoggerName() + " " + event.getFormattedMessage() + "\n" + thrown);
    }

    List<String> with(String word) {
      return all.stream().filter(line -> line.toLowerCase(Locale.ROOT).contains(word)).toList();
    }
  }
}
