package org.fhiranchor.interceptors.gate.notice;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.fhiranchor.consent.decide.CodeSystems;
import org.fhiranchor.consent.decide.DisclosureGround;
import org.hl7.fhir.r4.model.OperationOutcome;
import org.hl7.fhir.r4.model.OperationOutcome.IssueSeverity;
import org.hl7.fhir.r4.model.OperationOutcome.IssueType;
import org.hl7.fhir.r4.model.OperationOutcome.OperationOutcomeIssueComponent;

/**
 * The notice that goes with records under 42 CFR part 2, and why they were shown (42 CFR 2.32):
 * collected from the resources of an answer, told in its headers and in OperationOutcomes.
 */
public final class PartTwoNotice {
  /** The header with the notice. */
  public static final String NOTICE_HEADER = "Part2-Notice";

  /** The header with a ground; there is one for each. */
  public static final String GROUND_HEADER = "Part2-Ground";

  /** 42 CFR 2.32(a)(2). */
  public static final String TEXT =
      "42 CFR part 2 prohibits unauthorized use or disclosure of these records.";

  /** With {@link #LONGEST_HEADER}, half of what servers let headers have at the least. */
  static final int MOST_HEADERS = 8;

  static final int LONGEST_HEADER = 500;

  private static final String MARK = "org.fhiranchor.gate.part-two";

  private final Map<String, Set<String>> places = new LinkedHashMap<>();

  /** A resource is in the answer, for these reasons. */
  public void add(Set<DisclosureGround> grounds) {
    grounds.forEach(this::placesOf);
  }

  /**
   * The same, with where the resource is.
   *
   * @param place {@code Bundle.entry[3]}
   */
  public void add(Set<DisclosureGround> grounds, String place) {
    grounds.forEach(ground -> placesOf(ground).add(place));
  }

  private Set<String> placesOf(DisclosureGround ground) {
    return places.computeIfAbsent(GroundWords.of(ground), words -> new LinkedHashSet<>());
  }

  /** Whether nothing in the answer needs it. */
  public boolean isEmpty() {
    return places.isEmpty();
  }

  /** The grounds for the headers, as many and as much of each as fit. */
  public List<String> headers() {
    List<String> all =
        places.keySet().stream().map(line -> GroundWords.cut(line, LONGEST_HEADER)).toList();
    if (all.size() <= MOST_HEADERS) {
      return all;
    }
    List<String> told = new ArrayList<>(all.subList(0, MOST_HEADERS - 1));
    told.add("and " + (all.size() - told.size()) + " more");
    return told;
  }

  /** The notice and each ground, for an OperationOutcome that may say other things as well. */
  public void tell(OperationOutcome outcome) {
    OperationOutcomeIssueComponent notice = issue(outcome).setDiagnostics(TEXT);
    notice.getDetails().setText(TEXT);
    notice.getDetails().addCoding().setSystem(CodeSystems.ACT_CODE).setCode("42CFRPart2");
    places.forEach(
        (ground, where) -> {
          OperationOutcomeIssueComponent issue = issue(outcome).setDiagnostics(ground);
          where.forEach(issue::addExpression);
        });
  }

  private static OperationOutcomeIssueComponent issue(OperationOutcome of) {
    OperationOutcomeIssueComponent issue = of.addIssue();
    issue.setUserData(MARK, true);
    return issue.setSeverity(IssueSeverity.INFORMATION).setCode(IssueType.INFORMATIONAL);
  }

  /**
   * Takes out what {@link #tell} put in: the answer is looked at twice.
   *
   * @return whether nothing is left of it
   */
  public static boolean untell(OperationOutcome outcome) {
    boolean told = outcome.getIssue().removeIf(issue -> issue.hasUserData(MARK));
    return told && outcome.getIssue().isEmpty();
  }
}
