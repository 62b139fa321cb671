package org.fhiranchor.interceptors.leak;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Writes an answer down in full, less what {@code normalise} lists. */
record Normaliser(List<NormalRule> rules) {
  /** What an AuditEvent says was asked for. */
  private static final Pattern QUERY =
      Pattern.compile(
          "(\"query\":\\s*\"|<query value=\")"
              + "((?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?)(?=\")");

  private static final Pattern NUMBER_AS_ID = Pattern.compile("(?<=[/=,])\\d{2,}(?=[/&,]|$)");

  private static String readable(MatchResult query) {
    String asked = new String(Base64.getDecoder().decode(query.group(2)), StandardCharsets.UTF_8);
    return Matcher.quoteReplacement(query.group(1) + withoutNumbers(asked));
  }

  /** A query without the ids that a server chose. */
  static String withoutNumbers(String query) {
    return NUMBER_AS_ID.matcher(query).replaceAll("NUMBER");
  }

  /** Status, headers by name, an empty line, the body. */
  String text(Answer answer, World world) {
    StringBuilder text = new StringBuilder("status " + answer.status() + "\n");
    for (Map.Entry<String, List<String>> header : answer.headers().entrySet()) {
      for (String value : header.getValue()) {
        text.append(header(header.getKey(), value, answer, world));
      }
    }
    return text.append('\n').append(body(answer.body(), world)).toString();
  }

  private String header(String name, String value, Answer answer, World world) {
    for (NormalRule rule : rules) {
      if (rule instanceof NormalRule.Header header
          && header.name().equals(name)
          && !(header.keptWithoutBody() && answer.body().isEmpty())) {
        return header.becomes().isEmpty() ? "" : name + ": " + header.becomes() + "\n";
      }
    }
    return name + ": " + body(value, world) + "\n";
  }

  /** A body, or a part of it. */
  String body(String text, World world) {
    String result = QUERY.matcher(text).replaceAll(Normaliser::readable);
    for (NormalRule rule : rules) {
      if (rule instanceof NormalRule.Base base) {
        result =
            result
                .replace(world.root(), base.becomes())
                .replace(URLEncoder.encode(world.root(), StandardCharsets.UTF_8), base.becomes());
      } else if (rule instanceof NormalRule.Text pattern) {
        result = pattern.pattern().matcher(result).replaceAll(pattern.becomes());
      }
    }
    return result;
  }
}
