package org.fhiranchor.interceptors.gate;

import static org.assertj.core.api.Assertions.assertThat;

import ca.uhn.fhir.jpa.subscription.model.CanonicalSubscription;
import ca.uhn.fhir.jpa.subscription.model.CanonicalSubscriptionChannelType;
import java.net.http.HttpResponse;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A Subscription makes the server call no address that its operator did not allow. */
final class SubscriptionEndpointTest {
  private final GatedServer server = GatedServer.shared();

  @ParameterizedTest
  @CsvSource({
    "http://localhost:9/hook, 201",
    "http://169.254.169.254/latest/meta-data, 422",
    "http://intranet.example.org/, 422",
    "http://localhost:9@intranet.example.org/, 422",
    "https://localhost:9/hook, 422",
    "file:///etc/hosts, 422"
  })
  void endpoints(String endpoint, int status) {
    HttpResponse<String> answer =
        server.ask(
            server.tokens().practitioner("sub-doc", "TREAT"),
            "POST",
            "Subscription",
            "{\"resourceType\":\"Subscription\",\"status\":\"requested\",\"reason\":\"r\",\"criteria\":\"Observation?code=no-such-code\",\"channel\":{\"type\":\"rest-hook\",\"endpoint\":\"%s\"}}"
                .formatted(endpoint));
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    if (status == 422) {
      assertThat(answer.body())
          .contains("anchor.subscriptions.endpoints")
          .doesNotContain("intranet");
    }
  }

  @ParameterizedTest
  @DisplayName("G12 a Subscription that has HAPI send more than was decided about is not stored")
  @CsvSource({
    "root, http://hapifhir.io/fhir/StructureDefinition/subscription-payload-search-criteria",
    "channel, http://hapifhir.io/fhir/StructureDefinition/subscription-resthook-deliver-latest-version",
    "channel, http://hapifhir.io/fhir/StructureDefinition/subscription-send-delete-messages",
    "root, http://example.org/anything",
    "profile, http://hl7.org/fhir/uv/subscriptions-backport/StructureDefinition/backport-subscription",
  })
  void plainAlone(String where, String url) {
    String extension =
        "\"extension\":[{\"url\":\"%s\",\"valueString\":\"Patient?_id=x\"}],".formatted(url);
    String subscription =
        """
        {"resourceType":"Subscription",%s%s"status":"requested","reason":"r","criteria":"Observation?code=no-such-code",
         "channel":{%s"type":"rest-hook","endpoint":"http://localhost:9/hook","payload":"application/fhir+json"}}
        """
            .formatted(
                where.equals("root") ? extension : "",
                where.equals("profile") ? "\"meta\":{\"profile\":[\"" + url + "\"]}," : "",
                where.equals("channel") ? extension : "");
    for (String token :
        List.of(server.tokens().practitioner("sub-doc", "TREAT"), server.tokens().loader())) {
      HttpResponse<String> answer = server.ask(token, "POST", "Subscription", subscription);
      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(422);
      assertThat(answer.body()).contains(url);
    }
  }

  @ParameterizedTest
  @DisplayName("G12 one that was stored before is not served")
  @ValueSource(strings = {"search", "topic", "deletions", "latest"})
  void storedBefore(String what) {
    CanonicalSubscription stored = new CanonicalSubscription();
    stored.setChannelType(CanonicalSubscriptionChannelType.RESTHOOK);
    assertThat(PlainSubscriptions.isPlain(stored)).isTrue();
    switch (what) {
      case "search" -> stored.setPayloadSearchCriteria("Patient?");
      case "topic" -> stored.setTopicSubscription(true);
      case "deletions" -> stored.setSendDeleteMessages(true);
      default -> stored.getRestHookDetails().setDeliverLatestVersion(true);
    }
    assertThat(PlainSubscriptions.isPlain(stored)).isFalse();
  }
}
