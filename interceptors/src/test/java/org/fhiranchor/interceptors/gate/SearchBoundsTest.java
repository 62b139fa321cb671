package org.fhiranchor.interceptors.gate;

import static java.util.Collections.nCopies;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** SRV-20: what HAPI makes a join of, at the bound and one past it, wherever a search stands. */
final class SearchBoundsTest {
  private static final int MOST = 30;

  private final GatedServer server = GatedServer.shared();
  private final String loader = server.tokens().loader();
  private final String doctor = server.tokens().practitioner("bounds-doc", "TREAT");

  private static String times(String what, int count, String between) {
    return String.join(between, nCopies(count, what));
  }

  /** Each with another value: HAPI's own assertions want no parameter twice the same. */
  private static String many(String what, int count) {
    return IntStream.range(0, count).mapToObj(i -> what + i).collect(Collectors.joining("&"));
  }

  private static void refused(HttpResponse<String> answer) {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
    assertThat(answer.body()).contains("at most 30 parameters");
  }

  private static void answered(HttpResponse<String> answer) {
    assertThat(answer.statusCode()).as(answer.body()).isBetween(200, 299);
    assertThat(answer.body()).doesNotContain("at most 30 parameters");
  }

  private HttpResponse<String> entry(String type, String request, String resource) {
    return server.ask(
        loader,
        "POST",
        "",
        "{\"resourceType\":\"Bundle\",\"type\":\"%s\",\"entry\":[{\"request\":{%s}%s}]}"
            .formatted(type, request, resource));
  }

  @ParameterizedTest
  @DisplayName("SRV-20 a parameter counts as often as it stands there")
  @CsvSource({"Observation, code=a", "Basic, _id=x", "Basic, _tag=t", "Practitioner, name=n"})
  void repeated(String type, String parameter) {
    answered(server.get(doctor, type + "?" + many(parameter, MOST)));
    refused(server.get(doctor, type + "?" + many(parameter, MOST + 1)));
    String form = "application/x-www-form-urlencoded";
    String search = type + "/_search";
    answered(server.askAs(form, doctor, "POST", search, many(parameter, MOST)));
    refused(server.askAs(form, doctor, "POST", search, many(parameter, MOST + 1)));
    refused(server.askAs(form, doctor, "POST", search + "?" + parameter, many(parameter, MOST)));
  }

  @Test
  @DisplayName("SRV-20 each key to sort by counts, and each step of a chain and of _has")
  void sortedAndChained() {
    answered(server.get(doctor, "Observation?_sort=" + times("code", MOST, ",")));
    refused(server.get(doctor, "Observation?_sort=" + times("code", MOST + 1, ",")));
    refused(server.get(doctor, "Observation?_sort=code&_sort=" + times("code", MOST, ",")));
    refused(server.get(doctor, "Observation?" + times("subject:Patient.name=a", 16, "&")));
    refused(server.get(doctor, "Patient?" + times("_has:Observation:subject:code=a", 16, "&")));
    refused(
        server.get(doctor, "Patient?" + times("_has:Observation:subject:", MOST, "") + "code=a"));
  }

  @Test
  @DisplayName("SRV-20 how the answer is to look counts for nothing, what comes along counts")
  void looks() {
    String looks =
        "&_count=5&_summary=false&_elements=code,status&_format=json&_pretty=true&_total=none";
    answered(server.get(doctor, "Observation?" + many("code=a", MOST) + looks));
    refused(server.get(doctor, "Observation?" + many("code=a", MOST + 1) + looks));
    for (String along : List.of("_include=Observation:subject", "_revinclude=List:item")) {
      answered(server.get(doctor, "Observation?" + along + "&" + many("code=a", MOST - 1)));
      refused(server.get(doctor, "Observation?" + along + "&" + many("code=a", MOST)));
    }
  }

  @ParameterizedTest
  @DisplayName("SRV-20 the same in a batch and in a transaction")
  @ValueSource(strings = {"batch", "transaction"})
  void inBundles(String type) {
    String url = "\"method\":\"GET\",\"url\":\"Basic?%s\"";
    answered(entry(type, url.formatted(many("_tag=t", MOST)), ""));
    refused(entry(type, url.formatted(many("_tag=t", MOST + 1)), ""));
  }

  @Test
  @DisplayName("SRV-20 the conditions of writes")
  void conditions() {
    String identifiers =
        IntStream.range(0, MOST)
            .mapToObj("{\"value\":\"bounds-none%d\"}"::formatted)
            .collect(Collectors.joining(","));
    String basic =
        "{\"resourceType\":\"Basic\",\"code\":{\"text\":\"bounded\"},\"identifier\":["
            + identifiers
            + "]}";
    String tags = many("identifier=bounds-none", MOST);
    String more = many("identifier=bounds-none", MOST + 1);
    refused(server.ask(loader, "PUT", "Basic?" + more, basic));
    refused(server.ask(loader, "DELETE", "Basic?" + more, ""));
    refused(server.ask(loader, "PATCH", "Basic?" + more, "[]"));
    for (String condition : List.of(more, "Basic?" + more)) {
      refused(server.ask(loader, "POST", "Basic", basic, "If-None-Exist", condition));
      refused(
          entry(
              "transaction",
              "\"method\":\"POST\",\"url\":\"Basic\",\"ifNoneExist\":\"%s\"".formatted(condition),
              ",\"resource\":" + basic));
    }
    answered(server.ask(loader, "POST", "Basic", basic, "If-None-Exist", tags));
  }

  @Test
  @DisplayName("SRV-20 criteria of a Subscription")
  void criteria() {
    String subscription =
        """
        {"resourceType":"Subscription","status":"requested","reason":"r","criteria":"Observation?%s",
         "channel":{"type":"rest-hook","endpoint":"http://localhost:9/hook"}}
        """;
    answered(
        server.ask(doctor, "POST", "Subscription", subscription.formatted(many("code=a", MOST))));
    refused(
        server.ask(
            doctor, "POST", "Subscription", subscription.formatted(many("code=a", MOST + 1))));
  }

  @Test
  @DisplayName("SRV-20 filters of an export, in the address and in the body")
  void filters() {
    String filter = "Observation?" + many("code=a", MOST + 1);
    String twoFilters = "Observation?code=b," + filter;
    for (String one : List.of(filter, twoFilters)) {
      refused(
          server.ask(
              loader,
              "GET",
              "$export?_type=Observation&_typeFilter="
                  + URLEncoder.encode(one, StandardCharsets.UTF_8),
              "",
              "Prefer",
              "respond-async"));
      refused(
          server.ask(
              loader,
              "POST",
              "$export",
              "{\"resourceType\":\"Parameters\",\"parameter\":[{\"name\":\"_typeFilter\",\"valueString\":\"%s\"}]}"
                  .formatted(one),
              "Prefer",
              "respond-async"));
    }
  }
}
