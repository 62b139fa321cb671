package org.fhiranchor.consent.decide;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The sensitivity codes of v3-ActCode, each with those below it, so that a deny of one covers
 * labels with the others (DENY-2). Source: the hierarchy of _InformationSensitivityPolicy in
 * http://hl7.org/fhir/R4/v3/ActCode/cs.html.
 */
public final class Sensitivity {
  private static final String[] PUBLISHED = {
    "_InformationSensitivityPolicy > _ActInformationSensitivityPolicy _EntitySensitivityPolicyType",
    "_InformationSensitivityPolicy > _RoleInformationSensitivityPolicy ADOL CEL DIA DRGIS EMP PDS",
    "_InformationSensitivityPolicy > PHY PRS",
    "_ActInformationSensitivityPolicy > ETH GDIS HIV MST SCA SDV SEX SPI STD TBOO VIO SICKLE",
    "SPI > BH MH PSY PSYTHPN SUD",
    "BH > COGN DVD EMOTDIS",
    "SUD > ETHUD OPIOIDUD",
    "_EntitySensitivityPolicyType > DEMO DOB GENDER LIVARG MARST RACE REL",
    "_RoleInformationSensitivityPolicy > B EMPL LOCIS SSP",
  };

  /**
   * What the definitions say and the hierarchy does not: ETH and SUD both mean abuse of alcohol or
   * drugs (IHE PCF has ETHUD and OPIOIDUD below ETH), the codes for the mind differ by jurisdiction
   * alone, sickle cell disease is genetic and has two codes, military sexual trauma is sexual
   * assault.
   */
  private static final String[] BY_DEFINITION = {
    "ETH > SUD ETHUD OPIOIDUD",
    "SUD > ETH",
    "BH > MH PSY PSYTHPN SUD",
    "MH > PSY PSYTHPN",
    "PSY > MH PSYTHPN",
    "GDIS > SCA SICKLE",
    "SCA > SICKLE",
    "SICKLE > SCA",
    "SDV > MST",
  };

  private static final Map<String, Set<String>> CHILDREN = children();

  private Sensitivity() {}

  /** The coding, and if it is a sensitivity code all that are below it. */
  public static Set<Code> withBelow(Code code) {
    if (!code.system().equals(CodeSystems.ACT_CODE)) {
      return Set.of(code);
    }
    Set<Code> found = new HashSet<>();
    Deque<String> open = new ArrayDeque<>(List.of(code.code()));
    while (!open.isEmpty()) {
      String next = open.pop();
      if (found.add(new Code(CodeSystems.ACT_CODE, next))) {
        open.addAll(CHILDREN.getOrDefault(next, Set.of()));
      }
    }
    return Set.copyOf(found);
  }

  /** Every code with those directly below it. */
  public static Map<String, Set<String>> hierarchy() {
    return CHILDREN;
  }

  private static Map<String, Set<String>> children() {
    Map<String, Set<String>> children = new HashMap<>();
    for (String[] lines : List.of(PUBLISHED, BY_DEFINITION)) {
      for (String line : lines) {
        int arrow = line.indexOf(" > ");
        children
            .computeIfAbsent(line.substring(0, arrow), key -> new HashSet<>())
            .addAll(List.of(line.substring(arrow + 3).split(" ", -1)));
      }
    }
    children.replaceAll((code, below) -> Set.copyOf(below));
    return Map.copyOf(children);
  }
}
