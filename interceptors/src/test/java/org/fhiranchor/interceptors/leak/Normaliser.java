package org.fhiranchor.interceptors.leak;

import java.util.List;
import java.util.Map;

/** Writes an answer down in full, less what {@code normalise} lists. */
record Normaliser(List<NormalRule> rules) {
  /** Status, headers by name, an empty line, the body. */
  String text(Answer answer, World world) {
    StringBuilder text = new StringBuilder("status " + answer.status() + "\n");
    for (Map.Entry<String, List<String>> header : answer.headers().entrySet()) {
      for (String value : header.getValue()) {
        text.append(header(header.getKey(), value, answer, world));
      }
    }
    return text.append('\n').append(replaced(answer.body(), world)).toString();
  }

  private String header(String name, String value, Answer answer, World world) {
    for (NormalRule rule : rules) {
      if (rule instanceof NormalRule.Header header
          && header.name().equals(name)
          && !(header.keptWithoutBody() && answer.body().isEmpty())) {
        return header.becomes().isEmpty() ? "" : name + ": " + header.becomes() + "\n";
      }
    }
    return name + ": " + replaced(value, world) + "\n";
  }

  private String replaced(String text, World world) {
    String result = text;
    for (NormalRule rule : rules) {
      if (rule instanceof NormalRule.Base base) {
        result = result.replace(world.root(), base.becomes());
      } else if (rule instanceof NormalRule.Text pattern) {
        result = pattern.pattern().matcher(result).replaceAll(pattern.becomes());
      }
    }
    return result;
  }
}
