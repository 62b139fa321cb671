package org.fhiranchor.interceptors.leak;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/**
 * Holds what subscriptions send in two worlds against each other, and against what reads answer
 * (G12, WHO-5): nobody hears of what is hidden from them, and all hear of what is not.
 */
final class DeliveryComparison {
  private final Side with;
  private final Side without;

  /**
   * One world.
   *
   * @param normal a text less what differs from world to world
   */
  record Side(Deliveries deliveries, UnaryOperator<String> normal) {}

  /**
   * What was sent of what requests wrote, and of all that was written once more; what reads say.
   */
  private record Heard(List<Shown> before, List<Shown> provoked, List<Shown> read) {
    static Heard in(Deliveries deliveries) {
      List<Shown> before = deliveries.sent();
      deliveries.provoke();
      return new Heard(before, deliveries.sent(), deliveries.read());
    }
  }

  DeliveryComparison(Side with, Side without) {
    this.with = with;
    this.without = without;
  }

  /** Where what was sent since this was asked last is not what it must be; empty when it is. */
  String difference() {
    CompletableFuture<Heard> hidden =
        CompletableFuture.supplyAsync(() -> Heard.in(with.deliveries()));
    Heard absent = Heard.in(without.deliveries());
    Heard present = hidden.join();
    return differences(present, absent).stream()
        .filter(each -> !each.isEmpty())
        .collect(Collectors.joining("\n"));
  }

  private List<String> differences(Heard present, Heard absent) {
    return List.of(
        difference("with   ", inBoth(present), "without", text(all(absent), without)),
        difference("sent   ", plain(present.provoked()), "read   ", plain(present.read())),
        difference("sent   ", plain(absent.provoked()), "read   ", plain(absent.read())));
  }

  private static List<Shown> all(Heard heard) {
    List<Shown> all = new ArrayList<>(heard.before());
    all.addAll(heard.provoked());
    return all;
  }

  /** Without the hidden records for those whose they are to see, as far as a read shows them. */
  private List<String> inBoth(Heard present) {
    List<Shown> left = all(present);
    present.read().stream()
        .filter(one -> FuzzPersona.maySeeHidden(one.who()) && with.deliveries().isHidden(one))
        .forEach(left::remove);
    return text(left, with);
  }

  private static List<String> text(List<Shown> told, Side side) {
    return plain(told).stream().map(side.normal()).sorted().toList();
  }

  private static List<String> plain(List<Shown> told) {
    return told.stream()
        .map(one -> one.who() + " hears:\n" + one.name() + " " + one.text())
        .sorted()
        .toList();
  }

  /** The first that one has and the other has not. */
  private static String difference(
      String left, List<String> one, String right, List<String> other) {
    List<String> inOneAlone = less(one, other);
    List<String> inOtherAlone = less(other, one);
    if (inOneAlone.isEmpty() && inOtherAlone.isEmpty()) {
      return "";
    }
    return "  in one alone: %d, in the other: %d%n"
            .formatted(inOneAlone.size(), inOtherAlone.size())
        + Difference.between(left, first(inOneAlone), right, first(inOtherAlone));
  }

  private static String first(List<String> all) {
    return all.stream().findFirst().orElse("nothing");
  }

  private static List<String> less(List<String> all, List<String> known) {
    List<String> left = new ArrayList<>(all);
    known.forEach(left::remove);
    return left;
  }
}
