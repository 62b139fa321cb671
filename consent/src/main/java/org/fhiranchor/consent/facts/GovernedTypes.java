package org.fhiranchor.consent.facts;

import java.util.Set;

/**
 * Which resource types consent rules over: every type of the R4 Patient compartment
 * (http://hl7.org/fhir/R4/compartmentdefinition-patient.html), and any other resource as soon as it
 * refers to a patient or carries a governed resource.
 */
public final class GovernedTypes {
  /** Whether a type is governed. */
  public enum Kind {
    /** Every resource of the type. */
    ALWAYS,
    /** A resource of the type that refers to a patient, or carries or protects governed data. */
    BY_CONTENT,
    /**
     * Made to be public: no element of the type refers to a patient. Governed all the same if one
     * does.
     */
    OPEN
  }

  private static final Set<String> ALWAYS =
      words(
          """
          Account AdverseEvent AllergyIntolerance Appointment AppointmentResponse AuditEvent Basic
          BodyStructure CarePlan CareTeam ChargeItem Claim ClaimResponse ClinicalImpression
          Communication CommunicationRequest Composition Condition Consent Coverage
          CoverageEligibilityRequest CoverageEligibilityResponse DetectedIssue DeviceRequest
          DeviceUseStatement DiagnosticReport DocumentManifest DocumentReference Encounter
          EnrollmentRequest EpisodeOfCare ExplanationOfBenefit FamilyMemberHistory Flag Goal Group
          ImagingStudy Immunization ImmunizationEvaluation ImmunizationRecommendation Invoice List
          MeasureReport Media MedicationAdministration MedicationDispense MedicationRequest
          MedicationStatement MolecularSequence NutritionOrder Observation Patient Person Procedure
          Provenance QuestionnaireResponse RelatedPerson RequestGroup ResearchSubject RiskAssessment
          Schedule ServiceRequest Specimen SupplyDelivery SupplyRequest VisionPrescription
          """);

  private static final Set<String> OPEN =
      words(
          """
          ActivityDefinition CapabilityStatement CatalogEntry ChargeItemDefinition CodeSystem
          CompartmentDefinition ConceptMap DeviceDefinition EffectEvidenceSynthesis Endpoint
          EventDefinition Evidence EvidenceVariable ExampleScenario GraphDefinition HealthcareService
          ImplementationGuide InsurancePlan Library Location Measure Medication MedicationKnowledge
          MedicinalProduct MedicinalProductAuthorization MedicinalProductContraindication
          MedicinalProductIndication MedicinalProductIngredient MedicinalProductInteraction
          MedicinalProductManufactured MedicinalProductPackaged MedicinalProductPharmaceutical
          MedicinalProductUndesirableEffect MessageDefinition NamingSystem ObservationDefinition
          OperationDefinition Organization OrganizationAffiliation PlanDefinition Practitioner
          PractitionerRole Questionnaire ResearchDefinition ResearchElementDefinition ResearchStudy
          RiskEvidenceSynthesis SearchParameter SpecimenDefinition StructureDefinition StructureMap
          Substance SubstanceNucleicAcid SubstancePolymer SubstanceProtein
          SubstanceReferenceInformation SubstanceSourceMaterial SubstanceSpecification
          TerminologyCapabilities TestScript ValueSet
          """);

  private GovernedTypes() {}

  /** How a type is governed; a type that is not known is governed by its content. */
  public static Kind kindOf(String type) {
    if (ALWAYS.contains(type)) {
      return Kind.ALWAYS;
    }
    return OPEN.contains(type) ? Kind.OPEN : Kind.BY_CONTENT;
  }

  /** Whether resources of the type are everybody's to see. */
  public static boolean isOpen(String type) {
    return kindOf(type) == Kind.OPEN;
  }

  /** The types of which every resource is governed. */
  public static Set<String> always() {
    return ALWAYS;
  }

  static boolean isAlways(String type) {
    return ALWAYS.contains(type);
  }

  private static Set<String> words(String text) {
    return Set.of(text.strip().split("\\s+", -1));
  }
}
