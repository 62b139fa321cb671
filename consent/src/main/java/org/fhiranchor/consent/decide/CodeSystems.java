package org.fhiranchor.consent.decide;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * One identity for each code system under all its published spellings (DENY-2), for Consents and
 * for data alike. Sources: the FHIR R4 terminology pages
 * (hl7.org/fhir/R4/terminologies-systems.html and terminologies-v3.html) with the identifiers of
 * the code systems and value sets that they list, and the STU3 pages of the same names.
 */
public final class CodeSystems {
  /** Where HL7 publishes its code systems. */
  static final String HL7 = "http://terminology.hl7.org/CodeSystem/";

  /** Codes for what an Act is; holds the sensitivity codes of security labels. */
  public static final String ACT_CODE = HL7 + "v3-ActCode";

  /** US privacy laws: where {@link #ACT_CODE} had them before. */
  public static final String US_PRIVACY_LAW = HL7 + "v3-ActUSPrivacyLaw";

  /** What a Consent is about. */
  public static final String CONSENT_SCOPE = HL7 + "consentscope";

  /** Types of resources. */
  public static final String RESOURCE_TYPES = "http://hl7.org/fhir/resource-types";

  /** Observations, and types of documents. */
  public static final String LOINC = "http://loinc.org";

  /** Types of content: {@code "text/plain"}. */
  public static final String MIME_TYPES = "urn:ietf:bcp:13";

  private static final String LABEL_VALUE_SET = HL7 + "security-labels";

  /** Code systems of HL7 version 3, each with the last part of its OID 2.16.840.1.113883.5. */
  private static final String VERSION_3 =
      """
      ActClass=6 ActCode=4 ActMood=1001 ActPriority=7 ActReason=8 ActRelationshipType=1002
      ActSite=1052 ActStatus=14 ActUSPrivacyLaw=1138 AddressUse=1119 AdministrativeGender=1
      Charset=21 CodingRationale=1074 Confidentiality=25 DataOperation=1123 Dentition=1080
      DocumentCompletion=33 EducationLevel=1077 EncounterAdmissionSource=37
      EncounterSpecialCourtesy=40 EntityClass=41 EntityCode=1060 EntityDeterminer=30
      EntityHandling=42 EntityNameUse=45 EntityRisk=46 Ethnicity=50 GenderStatus=51
      LanguageAbilityMode=60 LanguageAbilityProficiency=61 LivingArrangement=63 MaritalStatus=2
      NullFlavor=1008 ObservationInterpretation=83 ObservationMethod=84 ObservationValue=1063
      ParticipationFunction=88 ParticipationMode=1064 ParticipationSignature=89 ParticipationType=90
      PatientImportance=1075 PersonDisabilityType=93 Race=104 ReligiousAffiliation=1076 RoleClass=110
      RoleCode=111 RoleLinkType=107 RoleStatus=1068 RouteOfAdministration=112 SpecimenType=129
      SubstitutionCondition=1071 TimingEvent=139 TribalEntityUS=140 VaccineManufacturer=144
      orderableDrugForm=85 policyHolderRole=1128 substanceAdminSubstitution=1070
      """;

  /** Value sets that stand where a system is meant, with the system of their codes. */
  private static final String VALUE_SETS =
      """
      v3-PurposeOfUse=v3-ActReason v3-ConfidentialityClassification=v3-Confidentiality
      v3-InformationSensitivityPolicy=v3-ActCode v3-ActInformationSensitivityPolicy=v3-ActCode
      v3-EntityInformationSensitivityPolicy=v3-ActCode
      v3-RoleInformationSensitivityPolicy=v3-ActCode v3-ActConsentDirective=v3-ActCode
      v3-ActPolicyType=v3-ActCode v3-ActPrivacyPolicy=v3-ActCode v3-ActPrivacyLaw=v3-ActCode
      consent-action=consentaction consent-scope=consentscope
      consent-category=consentcategorycodes consent-policy=consentpolicycodes
      """;

  /** Each system of a row with its other spellings, without scheme and {@code www}. */
  private static final String OTHERS =
      """
      http://loinc.org urn:oid:2.16.840.1.113883.6.1
      http://snomed.info/sct urn:oid:2.16.840.1.113883.6.96
      http://www.nlm.nih.gov/research/umls/rxnorm urn:oid:2.16.840.1.113883.6.88
      http://unitsofmeasure.org urn:oid:2.16.840.1.113883.6.8
      http://www.ama-assn.org/go/cpt urn:oid:2.16.840.1.113883.6.12
      http://hl7.org/fhir/sid/icd-10 urn:oid:2.16.840.1.113883.6.3
      http://hl7.org/fhir/sid/icd-10-cm urn:oid:2.16.840.1.113883.6.90
      http://hl7.org/fhir/sid/icd-9-cm urn:oid:2.16.840.1.113883.6.103 urn:oid:2.16.840.1.113883.6.104
      http://hl7.org/fhir/sid/ndc urn:oid:2.16.840.1.113883.6.69
      http://hl7.org/fhir/sid/cvx urn:oid:2.16.840.1.113883.12.292
      http://hl7.org/fhir/ndfrt urn:oid:2.16.840.1.113883.6.209
      http://fdasis.nlm.nih.gov urn:oid:2.16.840.1.113883.4.9
      http://nucc.org/provider-taxonomy urn:oid:2.16.840.1.113883.6.101
      http://www.whocc.no/atc urn:oid:2.16.840.1.113883.6.73
      http://dicom.nema.org/resources/ontology/DCM urn:oid:1.2.840.10008.2.16.4
      http://fhir.de/CodeSystem/bfarm/icd-10-gm http://fhir.de/CodeSystem/dimdi/icd-10-gm
      http://fhir.de/CodeSystem/bfarm/ops http://fhir.de/CodeSystem/dimdi/ops
      http://fhir.de/CodeSystem/bfarm/atc http://fhir.de/CodeSystem/dimdi/atc
      http://terminology.hl7.org/CodeSystem/consentaction urn:oid:2.16.840.1.113883.4.642.4.1227 urn:oid:2.16.840.1.113883.4.642.3.753 urn:oid:2.16.840.1.113883.4.642.1.1227
      http://terminology.hl7.org/CodeSystem/consentscope urn:oid:2.16.840.1.113883.4.642.4.1228 urn:oid:2.16.840.1.113883.4.642.3.761 urn:oid:2.16.840.1.113883.4.642.1.1228
      http://terminology.hl7.org/CodeSystem/v3-Confidentiality urn:oid:2.16.840.1.113883.1.11.16926 urn:oid:2.16.840.1.113883.1.11.10228
      http://terminology.hl7.org/CodeSystem/v3-ActCode urn:oid:2.16.840.1.113883.1.11.20428 urn:oid:2.16.840.1.113883.1.11.20429
      http://terminology.hl7.org/CodeSystem/v3-ActReason urn:oid:2.16.840.1.113883.1.11.20448
      http://terminology.hl7.org/CodeSystem/security-labels urn:oid:2.16.840.1.113883.4.642.3.47
      http://hl7.org/fhir/resource-types http://hl7.org/fhir/ValueSet/resource-types http://hl7.org/fhir/CodeSystem/resource-types http://hl7.org/fhir/fhir-types http://hl7.org/fhir/CodeSystem/fhir-types http://hl7.org/fhir/defined-types http://hl7.org/fhir/ValueSet/defined-types http://hl7.org/fhir/ValueSet/all-types urn:oid:2.16.840.1.113883.4.642.3.27 urn:oid:2.16.840.1.113883.4.642.3.24 urn:oid:2.16.840.1.113883.4.642.3.25
      urn:ietf:bcp:13 http://hl7.org/fhir/ValueSet/mimetypes http://www.rfc-editor.org/bcp/bcp13.txt
      """;

  /** What is before the name of one of HL7's systems; a name is the same under each of them. */
  private static final String[] HL7_FOLDERS = {
    "terminology.hl7.org/codesystem/",
    "terminology.hl7.org/valueset/",
    "hl7.org/fhir/codesystem/",
    "hl7.org/fhir/valueset/",
    "hl7.org/fhir/"
  };

  private static final String VERSION_3_OID = "urn:oid:2.16.840.1.113883.5.";
  private static final String VERSION_2_OID = "urn:oid:2.16.840.1.113883.12.";
  private static final Set<String> SENSITIVE_ONCE = Set.of("ETH", "HIV", "PSY", "SDV");

  /**
   * Codes of v3-ActCode that say what kind of consent it is (ActConsentType, ActConsentDirective).
   */
  private static final Set<String> CONSENT_TYPES =
      Set.of(
          "EMRGONLY",
          "GRANTORCHOICE",
          "ICOL",
          "IDSCL",
          "IMPLIED",
          "IMPLIEDD",
          "INFA",
          "INFAO",
          "INFASO",
          "IRDSCL",
          "NOCONSENT",
          "NOPP",
          "OPTIN",
          "OPTINR",
          "OPTOUT",
          "OPTOUTE",
          "RESEARCH",
          "RSDID",
          "RSREID");

  private static final Map<String, String> IDENTITIES = identities();

  /** Spellings that were searched for, up to a number; the rest is searched for each time. */
  private static final Map<String, String> SEARCHED = new ConcurrentHashMap<>();

  private static final int MAX_SEARCHED = 4096;

  private CodeSystems() {}

  /**
   * The one identity of a system, for a coding with this code. A system that is not known is what
   * it is written as, without what makes no difference: white space, scheme, {@code www}, a version
   * behind a bar, a slash at the end, capitals.
   */
  static String identity(String system, String code) {
    if (system.isEmpty()) {
      return system;
    }
    String found = IDENTITIES.get(system);
    String identity = found == null ? searched(system) : found;
    if (identity.equals(LABEL_VALUE_SET)) {
      return Confidentiality.ofCode(code).isPresent() ? Confidentiality.SYSTEM : ACT_CODE;
    }
    // until 2010 these four stood beside the levels of confidentiality
    boolean moved = identity.equals(Confidentiality.SYSTEM) && SENSITIVE_ONCE.contains(code);
    return moved ? ACT_CODE : identity;
  }

  /** Whether HL7 publishes the system with this identity, so that its labels mean what it says. */
  public static boolean isHl7(String identity) {
    return identity.startsWith(HL7);
  }

  /**
   * Whether the code is a policy, a purpose or an answer in a consent form, which no data carry: of
   * HL7's own systems, of the German Medical Informatics Initiative's, or of one that says so.
   */
  public static boolean isPolicy(Code code) {
    String text = code.system().toLowerCase(Locale.ROOT);
    return text.contains("consent")
        || text.contains("policy")
        || text.contains("policies")
        || text.startsWith("urn:oid:2.16.840.1.113883.3.1937.777.24.5")
        || code.system().equals(Purpose.SYSTEM)
        || (code.system().equals(ACT_CODE) && CONSENT_TYPES.contains(code.code()));
  }

  private static String searched(String system) {
    String known = SEARCHED.get(system);
    if (known != null) {
      return known;
    }
    String found = search(key(system));
    if (SEARCHED.size() < MAX_SEARCHED) {
      SEARCHED.put(system, found);
    }
    return found;
  }

  private static String search(String key) {
    String known = IDENTITIES.get(key);
    if (known != null) {
      return known;
    }
    if (key.startsWith(VERSION_2_OID)) {
      String table = key.substring(VERSION_2_OID.length());
      return HL7 + "v2-" + "0".repeat(Math.max(0, 4 - table.length())) + table;
    }
    if (key.startsWith("snomed.info/sct/")) {
      return "http://snomed.info/sct";
    }
    for (String folder : HL7_FOLDERS) {
      if (key.startsWith(folder)) {
        return ofHl7(key, key.substring(folder.length()));
      }
    }
    return key;
  }

  private static String ofHl7(String key, String rest) {
    String name = rest.startsWith("v2/") || rest.startsWith("v3/") ? dashed(rest) : rest;
    if (name.indexOf('/') >= 0) {
      return key;
    }
    String known = IDENTITIES.get(name);
    return known == null ? HL7 + name : known;
  }

  private static String dashed(String rest) {
    return rest.substring(0, 2) + '-' + rest.substring(3);
  }

  /** What a spelling is looked up by. */
  private static String key(String system) {
    String key = system.strip().toLowerCase(Locale.ROOT);
    int version = key.indexOf('|');
    key = version < 0 ? key : key.substring(0, version);
    key = without(without(without(key, "http://"), "https://"), "www.");
    int end = key.length();
    while (end > 0 && (key.charAt(end - 1) == '/' || key.charAt(end - 1) == '#')) {
      end--;
    }
    key = key.substring(0, end);
    boolean bare = key.length() > 4 && Character.isDigit(key.charAt(0)) && isOid(key);
    return bare ? "urn:oid:" + key : key;
  }

  private static boolean isOid(String text) {
    return text.chars().allMatch(c -> c == '.' || (c >= '0' && c <= '9'));
  }

  private static String without(String text, String start) {
    return text.startsWith(start) ? text.substring(start.length()) : text;
  }

  private static Map<String, String> identities() {
    Map<String, String> all = new HashMap<>();
    for (String pair : words(VERSION_3)) {
      String[] parts = pair.split("=", -1);
      add(all, HL7 + "v3-" + parts[0], "v3-" + parts[0], VERSION_3_OID + parts[1]);
    }
    for (String pair : words(VALUE_SETS)) {
      String[] parts = pair.split("=", -1);
      add(all, HL7 + parts[1], parts[0], parts[1]);
    }
    OTHERS.lines().map(row -> row.split(" ", -1)).forEach(row -> add(all, row[0], row));
    return Map.copyOf(all);
  }

  private static void add(Map<String, String> to, String identity, String... spellings) {
    to.put(identity, identity);
    to.put(key(identity), identity);
    for (String spelling : spellings) {
      to.put(key(spelling), identity);
    }
  }

  private static String[] words(String text) {
    return text.strip().split("\\s+", -1);
  }
}
