package org.fhiranchor.interceptors.autoconfigure;

import java.util.Set;

/** The concepts of HL7's v3 value set PurposeOfUse. */
final class PurposeOfUse {
  static final String LIST =
      "TREAT, ETREAT, CAREMGT, CLINTRCH, HPAYMT, HOPERAT, HRESCH, HMARKT, PATRQT, FAMRQT, PUBHLTH, "
          + "DONAT, FRAUD, GOV, HACCRED, HCOMPL, HDECD, HDIRECT, HDM, HLEGAL, HOUTCOMS, HPRGRP, "
          + "HQUALIMP, HSYSADMIN, LABELING, METAMGT, MEMADMIN, MILCDM, PATADMIN, PATSFTY, PERFMSR, "
          + "RECORDMGT, SYSDEV, HTEST, TRAIN, CLMATTCH, COVAUTH, COVERAGE, ELIGDTRM, ELIGVER, "
          + "ENROLLM, MILDCRG, REMITADV, BIORCH, CLINTRCHNPC, CLINTRCHPC, PRECLINTRCH, DSRCH, "
          + "POARCH, TRANSRCH, PWATRNY, SUPNWK, DISASTER, THREAT, BTG, SYSADMIN, PURPOSEOFUSE";

  static final Set<String> CODES = Set.of(LIST.split(", "));

  private PurposeOfUse() {}
}
