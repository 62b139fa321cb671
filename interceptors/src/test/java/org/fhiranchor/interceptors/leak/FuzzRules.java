package org.fhiranchor.interceptors.leak;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * What the fuzzer takes out of an answer beyond the battery's list: the same things, in the other
 * formats that it asks for.
 */
final class FuzzRules {
  private static final String OWN_NUMBER =
      "ids that the server chose are numbers from one counter for all records of all patients";

  private FuzzRules() {}

  static List<NormalRule> with(List<NormalRule> battery) {
    List<NormalRule> rules = new ArrayList<>(battery);
    rules.add(
        text(
            "(<id value=\"|[A-Z][A-Za-z]+(?:/|\\?_id=))\\d+(?=[\"/?&< ,.;)']|$)",
            "$1NUMBER",
            OWN_NUMBER));
    rules.add(
        text(
            "(?<=\\\\\"|&quot;)\\d{2,}(?=\\\\\"|&quot;)", "NUMBER", OWN_NUMBER + " (in messages)"));
    rules.add(
        text("0x[0-9a-fA-F]{8,}", "HEX", "ids, hashes and signatures on a ledger are random"));
    rules.add(
        text(
            "(\"name\":\\s*\"(?:block|blockNumber|salt)\",\\s*\"value[A-Za-z0-9]+\":\\s*)\"?[^\",}]+\"?",
            "$1LEDGER",
            "each world has a ledger of its own, and salts are random"));
    rules.add(
        text(
            "(<name value=\"block\"/>\\s*<valueString value=\")\\d+",
            "$1LEDGER",
            "each world has a ledger of its own"));
    rules.add(
        text(
            "(\"recorded\"/?>?,?\\s*(?:\"valueInstant\":\\s*|<valueInstant value=)\")[^\"]*",
            "$1INSTANT",
            "when something was decided: a full second is written without a fraction"));
    rules.add(
        text("(?<=\\D)1[6-9]\\d{8}(?=\\D)", "SECONDS", "when what is to be signed was prepared"));
    rules.add(text("(?<=\")[1-9]\\d{3}(?=\")", "NUMBER", OWN_NUMBER + " (as text)"));
    rules.add(
        text(
            "(?s)^\\s*\\{.*\"kind\"\\s*:\\s*\"resource-version\".*$",
            "PROOF",
            "a proof holds hashes of the whole log, and instants"));
    return List.copyOf(rules);
  }

  private static NormalRule text(String pattern, String becomes, String why) {
    return new NormalRule.Text(Pattern.compile(pattern), becomes, why);
  }
}
