package org.fhiranchor.interceptors.leak;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** {@code records.yaml}: what the two worlds hold. */
record Records(
    Pattern canaries,
    List<JsonNode> everywhere,
    List<JsonNode> hidden,
    List<JsonNode> pointing,
    List<SignedConsent> consents) {

  /** A Consent that its patient signs, and may revoke again. */
  record SignedConsent(String id, String patient, boolean hidden, boolean revoked) {}

  static Records read() {
    return read("records.yaml");
  }

  /** With what the fuzzer's worlds hold beside the battery's. */
  static Records ofFuzzer() {
    Records battery = read();
    Records more = read("fuzz-records.yaml");
    return new Records(
        battery.canaries(),
        joined(battery.everywhere(), more.everywhere()),
        joined(battery.hidden(), more.hidden()),
        joined(battery.pointing(), more.pointing()),
        joined(battery.consents(), more.consents()));
  }

  private static <T> List<T> joined(List<T> one, List<T> other) {
    return Stream.concat(one.stream(), other.stream()).toList();
  }

  private static Records read(String name) {
    JsonNode file = YamlFile.read(name);
    return new Records(
        Pattern.compile(file.required("canaries").asText()),
        list(file, "everywhere"),
        list(file, "hidden"),
        list(file, "pointing"),
        list(file, "consents").stream().map(Records::consent).toList());
  }

  private static List<JsonNode> list(JsonNode file, String name) {
    return file.required(name).valueStream().toList();
  }

  private static SignedConsent consent(JsonNode node) {
    return new SignedConsent(
        node.required("consent").asText(),
        node.required("patient").asText(),
        node.required("world").asText().equals("hidden"),
        node.path("then").asText().equals("revoke"));
  }
}
