package org.fhiranchor.interceptors.leak;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.regex.Pattern;
import org.fhiranchor.interceptors.disclosure.AccessQuestion;

/**
 * Holds the journals of both worlds against the answers that these gave, and against each other:
 * whoever may read a record of the journal must not learn from it what is hidden.
 */
final class JournalComparison {
  /** A refusal about what is a visible patient's and a hidden one's too: there in one world. */
  private static final Pattern OF_HIDDEN = Pattern.compile("(hidden|pointed|moved)-");

  private static final Pattern WRITES =
      Pattern.compile("^(update|patch|delete|entry (PUT|PATCH|DELETE)) ");

  /** Under which the ids of records are remembered that both worlds hold. */
  static final String RECORD = "JournalRecord";

  /** Records of one request that later requests may name. */
  private static final int MOST_OF_ONE = 3;

  /** For what is told without one. */
  static final FuzzRequest NO_REQUEST =
      new FuzzRequest(FuzzPersona.READER, "GET", "Subscription", List.of(), "");

  /** Who seeds the worlds, between the requests. */
  private static final String LOADER = "loader";

  private final Side with;
  private final Side without;
  private final OwnHidden own;
  private final List<Heard> heard = new ArrayList<>();

  /**
   * One world.
   *
   * @param normal a text less what differs from world to world, in an answer to this request
   * @param made what later requests may name
   */
  record Side(FuzzJournal journal, BiFunction<String, FuzzRequest, String> normal, MadeIds made) {}

  /** What both worlds answered to a request, or to the link of its answer. */
  private record Heard(FuzzRequest request, JournalledAnswer with, JournalledAnswer without) {}

  /**
   * A record less what differs from world to world.
   *
   * @param masked the same less what the patient alone may know of
   * @param alone whether it may be there in the world with hidden records alone
   * @param id of its AuditEvent
   */
  private record Told(String text, String masked, boolean alone, String id) {}

  /** What does not fit, and the request that it is about. */
  record Misfit(FuzzRequest request, String says) {}

  JournalComparison(Side with, Side without, OwnHidden own) {
    this.with = with;
    this.without = without;
    this.own = own;
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
    sent(hidden, absent).ifPresent(misfits::add);
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

  /** Deliveries are of no request; what is sent of the visible patients is sent in both worlds. */
  private Optional<Misfit> sent(
      Map<String, List<JsonNode>> present, Map<String, List<JsonNode>> absent) {
    String left = text(ofVisible(takenSent(present), with, NO_REQUEST));
    String right = text(ofVisible(takenSent(absent), without, NO_REQUEST));
    return left.equals(right)
        ? Optional.empty()
        : Optional.of(
            new Misfit(NO_REQUEST, Difference.between("with   ", left, "without", right)));
  }

  private static List<JsonNode> takenSent(Map<String, List<JsonNode>> from) {
    List<JsonNode> sent =
        from.values().stream().flatMap(List::stream).filter(JournalComparison::isSent).toList();
    from.values().forEach(all -> all.removeIf(JournalComparison::isSent));
    return sent.stream().filter(record -> !isOfHidden(record)).toList();
  }

  private static boolean isSent(JsonNode record) {
    return record.path("interaction").asText().startsWith("notification ");
  }

  /** Sent to whose it is to see, of a visible patient as well. */
  private static boolean isOfHidden(JsonNode record) {
    return FuzzPersona.maySeeHidden(record.at("/requester/subject").asText())
        && OF_HIDDEN.matcher(record.toString()).find();
  }

  private static Optional<String> ofNobody(Map<String, List<JsonNode>> left) {
    return left.values().stream()
        .flatMap(List::stream)
        .filter(record -> !record.at("/requester/subject").asText().equals(LOADER))
        .findFirst()
        .map(record -> "a record of no request: " + record);
  }

  private Optional<Misfit> difference(Heard one, List<JsonNode> present, List<JsonNode> absent) {
    List<Told> other = ofVisible(absent, without, one.request());
    List<Told> told = asWithout(ofVisible(present, with, one.request()), other);
    String left = text(told);
    String right = text(other);
    if (!left.equals(right)) {
      return Optional.of(
          new Misfit(one.request(), Difference.between("with   ", left, "without", right)));
    }
    for (int each = 0; each < Math.min(told.size(), MOST_OF_ONE); each++) {
      with.made().add(RECORD, told.get(each).id());
      without.made().add(RECORD, other.get(each).id());
    }
    return Optional.empty();
  }

  /**
   * What a patient may know of the patient's own is left out where the other world has the record
   * without it, and where it tells of nothing else; all else stays, and differs.
   */
  private static List<Told> asWithout(List<Told> told, List<Told> other) {
    List<String> left = new ArrayList<>(other.stream().map(Told::text).toList());
    List<Told> alike = new ArrayList<>();
    for (Told one : told) {
      if (left.remove(one.text())) {
        alike.add(one);
      } else if (left.remove(one.masked())) {
        alike.add(new Told(one.masked(), one.masked(), false, one.id()));
      } else if (!one.alone()) {
        alike.add(one);
      }
    }
    alike.sort(Comparator.comparing(Told::text));
    return alike;
  }

  private static String text(List<Told> told) {
    return "journal\n" + told.stream().map(Told::text).toList();
  }

  /** What is written over is there in one world alone. */
  private static boolean isWrite(JsonNode record) {
    return WRITES.matcher(record.path("interaction").asText()).find();
  }

  private static boolean isOfOneWorld(JsonNode record, FuzzRequest request) {
    String target = record.path("target").asText();
    // Where it is not there it is nobody's, and its id is another's.
    String told = target + " " + record.path("query").asText();
    String asked =
        told.contains(AccessQuestion.ANOTHER)
            ? request.pathAndQuery() + request.body() + told
            : told;
    return (record.path("outcome").asText().equals("refused") || isWrite(record))
        && OF_HIDDEN.matcher(asked).find();
  }

  /** What the visible patients may read of it. */
  private List<Told> ofVisible(List<JsonNode> records, Side side, FuzzRequest request) {
    return records.stream()
        .filter(record -> JournalledAnswer.VISIBLE.contains(record.path("patient").asText()))
        .filter(record -> !isOfOneWorld(record, request))
        .map(record -> told(record, side, request))
        .sorted(Comparator.comparing(Told::text))
        .toList();
  }

  private Told told(JsonNode record, Side side, FuzzRequest request) {
    JsonNode masked = own.masked(record);
    return new Told(
        side.normal().apply(FuzzJournal.plain(record), request),
        side.normal().apply(FuzzJournal.plain(masked), request),
        own.tells(record, request) && !OF_HIDDEN.matcher(masked.path("query").asText()).find(),
        record.path(FuzzJournal.ID).asText());
  }
}
