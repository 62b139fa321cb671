package org.fhiranchor.interceptors.leak;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

final class ServerErrorsTest {
  private static final FuzzRequest REQUEST =
      new FuzzRequest(FuzzPersona.READER, "GET", "Organization", List.of("name=x"), "");

  private final ServerErrors errors = new ServerErrors();

  private boolean add(String answer) {
    return errors.add(REQUEST, answer);
  }

  private static String failed(String says) {
    return "status 500\n\n{\"issue\":[{\"diagnostics\":\"" + says + "\"}]}";
  }

  @Test
  @DisplayName("FUZZ-1 a server's failure is a finding, also within a batch")
  void findsFailures() {
    assertThat(add(failed("HAPI-0389: no"))).isTrue();
    assertThat(
            add("status 200\n\n{\"entry\":[{\"response\":{\"status\":\"500 Internal Error\"}}]}"))
        .isTrue();
    assertThat(add("status 403\n\n{\"diagnostics\":\"500\"}")).isFalse();
    assertThat(add("status 501\n\n")).isFalse();
    assertThat(errors.unknown()).hasSize(2);
  }

  @Test
  @DisplayName("FUZZ-1 failures that differ in values alone are of one kind")
  void takesValuesOut() {
    add(failed("HAPI-0389: no version 7 of Organization/visible-Organization"));
    add(failed("HAPI-0389: no version 12 of Organization/hidden-Organization"));
    assertThat(errors.unknown()).hasSize(1);
    assertThat(errors.report()).contains("in 2 requests").contains("/Organization?name=x");
  }

  @Test
  @DisplayName("FUZZ-1 what is known of HAPI is reported, and no finding")
  void knowsWhatIsNoFailure() {
    add(failed("HAPI-0389: Failed to call access method: java.lang.AssertionError"));
    assertThat(errors.unknown()).isEmpty();
    assertThat(errors.report()).contains("AssertionError");
  }
}
