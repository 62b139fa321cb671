package org.fhiranchor.consent.decide;

import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/** The 60 PurposeOfUse codes as FHIR R4 publishes them in v3-ActReason, each one bit of a long. */
final class PurposeOfUse {
  private static final String[] TREE = {
    "PurposeOfUse > PurposeOfUse HMARKT HOPERAT HPAYMT HRESCH PATRQT PUBHLTH TREAT",
    "HOPERAT > CAREMGT DONAT FRAUD GOV HACCRED HCOMPL HDECD HDIRECT HDM HLEGAL HOUTCOMS HPRGRP",
    "HOPERAT > HQUALIMP HSYSADMIN MEMADMIN MILCDM PATADMIN PATSFTY PERFMSR RECORDMGT SYSDEV TRAIN",
    "HSYSADMIN > LABELING METAMGT",
    "SYSDEV > HTEST",
    "HPAYMT > CLMATTCH COVAUTH COVERAGE REMITADV",
    "COVERAGE > ELIGDTRM ELIGVER ENROLLM MILDCRG",
    "HRESCH > BIORCH CLINTRCH DSRCH POARCH TRANSRCH",
    "CLINTRCH > CLINTRCHNPC CLINTRCHPC PRECLINTRCH",
    "PATRQT > FAMRQT PWATRNY SUPNWK",
    "PUBHLTH > DISASTER THREAT",
    "TREAT > CLINTRL COC ETREAT POPHLTH",
    "ETREAT > BTG ERTREAT",
  };

  static final Map<String, String> PARENTS = parents();
  private static final Map<String, Long> BITS = bits();
  private static final Map<String, Long> BELOW = below();

  private PurposeOfUse() {}

  static long bit(String code) {
    return BITS.getOrDefault(code, 0L);
  }

  static long bitsBelow(String code) {
    return BELOW.getOrDefault(code, 0L);
  }

  private static Map<String, String> parents() {
    Map<String, String> parents = new LinkedHashMap<>();
    for (String line : TREE) {
      int arrow = line.indexOf(" > ");
      for (String child : line.substring(arrow + 3).split(" ", -1)) {
        parents.put(child, line.substring(0, arrow));
      }
    }
    return Collections.unmodifiableMap(parents);
  }

  private static Map<String, Long> bits() {
    Map<String, Long> bits = new HashMap<>();
    for (String code : PARENTS.keySet()) {
      bits.put(code, 1L << bits.size());
    }
    return Map.copyOf(bits);
  }

  private static Map<String, Long> below() {
    Map<String, Long> below = new HashMap<>(BITS);
    PARENTS.forEach((code, parent) -> addToAncestors(below, code, parent));
    return Map.copyOf(below);
  }

  private static void addToAncestors(Map<String, Long> below, String code, String parent) {
    long bit = bit(code);
    String above = parent;
    String last = code;
    while (!above.equals(last)) {
      below.merge(above, bit, (a, b) -> a | b);
      last = above;
      above = PARENTS.getOrDefault(above, above);
    }
  }
}
