package org.fhiranchor.interceptors.leak;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.regex.Pattern;

/**
 * Holds the journals of both worlds against the answers that these gave, and against each other:
 * whoever may read a record of the journal must not learn from it what is hidden.
 */
final class JournalComparison {
  /** A refusal about what is a visible patient's and a hidden one's too: there in one world. */
  private static final Pattern OF_HIDDEN = Pattern.compile("(hidden|pointed|moved)-");

  private static final Pattern WRITING_ENTRY = Pattern.compile("^entry (POST|PUT|PATCH|DELETE) ");

  /** Who seeds the worlds, between the requests. */
  private static final String LOADER = "loader";

  private final Side with;
  private final Side without;
  private final List<Heard> heard = new ArrayList<>();

  /**
   * One world.
   *
   * @param normal a text less what differs from world to world, in an answer to this request
   */
  record Side(FuzzJournal journal, BiFunction<String, FuzzRequest, String> normal) {}

  /** What both worlds answered to a request, or to the link of its answer. */
  private record Heard(FuzzRequest request, JournalledAnswer with, JournalledAnswer without) {}

  /** What does not fit, and the request that it is about. */
  record Misfit(FuzzRequest request, String says) {}

  JournalComparison(Side with, Side without) {
    this.with = with;
    this.without = without;
  }

  void heard(FuzzRequest request, Answer present, Answer absent) {
    heard.add(
        new Heard(
            request, JournalledAnswer.of(request, present), JournalledAnswer.of(request, absent)));
  }

  /** What was asked until now is not looked at. */
  void skip() {
    heard.clear();
    with.journal().skip();
    without.journal().skip();
  }

  /** What does not fit of what was heard since this was asked last. */
  List<Misfit> misfits() {
    List<Misfit> misfits = new ArrayList<>();
    Map<String, List<JsonNode>> hidden = with.journal().records();
    Map<String, List<JsonNode>> absent = without.journal().records();
    for (Heard one : heard) {
      List<JsonNode> present = taken(hidden, one.with());
      List<JsonNode> other = taken(absent, one.without());
      one.with().misfit(present).ifPresent(says -> misfits.add(misfit(one, "with", says)));
      one.without().misfit(other).ifPresent(says -> misfits.add(misfit(one, "without", says)));
      difference(one, present, other).ifPresent(misfits::add);
    }
    if (!heard.isEmpty()) {
      Heard last = heard.get(heard.size() - 1);
      ofNobody(hidden).ifPresent(says -> misfits.add(misfit(last, "with", says)));
      ofNobody(absent).ifPresent(says -> misfits.add(misfit(last, "without", says)));
    }
    heard.clear();
    return misfits;
  }

  private static List<JsonNode> taken(Map<String, List<JsonNode>> from, JournalledAnswer answer) {
    List<JsonNode> records = from.remove(answer.id());
    return records == null ? List.of() : records;
  }

  private static Misfit misfit(Heard one, String world, String says) {
    return new Misfit(one.request(), "  journal of world \"" + world + "\": " + says);
  }

  private static Optional<String> ofNobody(Map<String, List<JsonNode>> left) {
    return left.values().stream()
        .flatMap(List::stream)
        .filter(record -> !record.at("/requester/subject").asText().equals(LOADER))
        .findFirst()
        .map(record -> "a record of no request: " + record);
  }

  private Optional<Misfit> difference(Heard one, List<JsonNode> present, List<JsonNode> absent) {
    String left = ofVisible(present, with, one.request());
    String right = ofVisible(absent, without, one.request());
    return left.equals(right)
        ? Optional.empty()
        : Optional.of(
            new Misfit(one.request(), Difference.between("with   ", left, "without", right)));
  }

  /** Or of a write in a batch, whose patient is told if an entry before it has looked at it. */
  private static boolean isRefusalInOneWorld(JsonNode record) {
    String asked = record.path("target").asText() + " " + record.path("query").asText();
    return record.path("outcome").asText().equals("refused")
        && (OF_HIDDEN.matcher(asked).find()
            || WRITING_ENTRY.matcher(record.path("interaction").asText()).find());
  }

  /** What the visible patients may read of it. */
  private static String ofVisible(List<JsonNode> records, Side side, FuzzRequest request) {
    return "journal\n"
        + records.stream()
            .filter(record -> JournalledAnswer.VISIBLE.contains(record.path("patient").asText()))
            .filter(record -> !isRefusalInOneWorld(record))
            .map(FuzzJournal::plain)
            .map(text -> side.normal().apply(text, request))
            .sorted()
            .toList();
  }
}
