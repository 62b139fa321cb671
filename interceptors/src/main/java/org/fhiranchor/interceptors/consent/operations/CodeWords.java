package org.fhiranchor.interceptors.consent.operations;

import java.util.HashMap;
import java.util.Map;
import org.fhiranchor.consent.decide.Code;
import org.fhiranchor.consent.decide.CodeSystems;

/**
 * Codes of HL7 that stand in most Consents, in words that a patient knows. The words are ours and
 * not those of the Consent's author, so they cannot say something else than the code. Source: the
 * definitions in the code systems of hl7.org/fhir/R4/terminologies-systems.html.
 */
public final class CodeWords {
  private static final String HL7 = "http://terminology.hl7.org/CodeSystem/";

  private static final Map<Code, String> WORDS = words();

  private CodeWords() {}

  /** The same for {@code system|code}. */
  public static String ofJoined(String systemAndCode) {
    String[] parts = systemAndCode.split("\\|", 2);
    return parts.length < 2 ? systemAndCode : of(parts[0], parts[1]);
  }

  /** The code in words with the code itself behind them, or as it is written. */
  static String of(String system, String code) {
    if (new Code(system, code).system().equals(CodeSystems.RESOURCE_TYPES)) {
      return code;
    }
    String words = WORDS.get(new Code(system, code));
    return words == null ? system + "|" + code : words + " (" + code + ")";
  }

  private static Map<Code, String> words() {
    Map<Code, String> words = new HashMap<>();
    add(
        words,
        CodeSystems.CONSENT_SCOPE,
        """
        patient-privacy=who may see the records
        research=research
        treatment=treatment
        adr=advance care directive
        """);
    add(
        words,
        CodeSystems.ACT_CODE,
        """
        OPTIN=the patient agrees
        OPTINR=the patient agrees, with restrictions
        OPTOUT=the patient does not agree
        OPTOUTE=the patient does not agree, with exceptions
        NOCONSENT=nothing was agreed
        ETH=alcohol or drug abuse
        ETHUD=alcohol abuse
        SUD=alcohol or drug abuse
        OPIOIDUD=opioid abuse
        HIV=HIV or AIDS
        MH=mental health
        PSY=psychiatry
        PSYTHPN=psychotherapy notes
        BH=behavioural health
        SEX=sexuality and reproductive health
        SDV=sexual assault or domestic violence
        STD=sexually transmitted disease
        VIO=violence
        GDIS=genetic disease
        SICKLE=sickle cell disease
        TBOO=taboo
        """);
    add(
        words,
        HL7 + "v3-ActReason",
        """
        PurposeOfUse=every purpose
        TREAT=treatment
        CLINTRL=treatment in a clinical trial
        COC=coordination of care
        POPHLTH=population health
        ETREAT=emergency treatment
        BTG=emergency, breaking the glass
        ERTREAT=treatment in an emergency room
        CAREMGT=care management
        HPAYMT=payment
        HOPERAT=running a healthcare organization
        HQUALIMP=improving quality
        PATADMIN=patient administration
        PATSFTY=patient safety
        HLEGAL=legal matters
        HRESCH=research
        CLINTRCH=clinical research
        PATRQT=at the patient's request
        FAMRQT=at the family's request
        PUBHLTH=public health
        HMARKT=marketing
        TRAIN=training
        """);
    add(
        words,
        HL7 + "v3-ParticipationType",
        """
        IRCP=one who receives the information
        PRCP=the main one who receives the information
        CST=one who keeps the records
        AUT=author
        INF=informant
        """);
    add(
        words,
        HL7 + "v3-RoleCode",
        """
        GUARD=guardian
        NOK=next of kin
        HPOWATT=with power of attorney for health care
        """);
    add(
        words,
        HL7 + "v3-Confidentiality",
        """
        U=unrestricted
        L=low
        M=moderate
        N=normal
        R=restricted
        V=very restricted
        """);
    add(
        words,
        HL7 + "consentaction",
        """
        collect=collect
        access=read
        use=use
        disclose=pass on
        correct=correct
        """);
    return Map.copyOf(words);
  }

  private static void add(Map<Code, String> words, String system, String lines) {
    for (String line : lines.lines().toList()) {
      int at = line.indexOf('=');
      words.put(new Code(system, line.substring(0, at)), line.substring(at + 1));
    }
  }
}
