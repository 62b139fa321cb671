package org.fhiranchor.consent.facts;

import java.time.ZoneId;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.fhiranchor.consent.decide.TimeSpan;
import org.hl7.fhir.r4.model.Base;
import org.hl7.fhir.r4.model.BaseDateTimeType;
import org.hl7.fhir.r4.model.Period;
import org.hl7.fhir.r4.model.Resource;
import org.hl7.fhir.r4.model.Timing;

/**
 * When what a resource tells happened: the first element of its type's row that is there. One that
 * tells no dates (a text, an age, a schedule without bounds) may mean any time, and nothing further
 * down the row, which is the date of recording at last, stands in for it. A type without a row,
 * such as Patient, has no clinical time.
 */
final class ClinicalTime {
  private static final String TABLE =
      """
      Account: servicePeriod
      AdverseEvent: date detected recordedDate
      AllergyIntolerance: onset lastOccurrence recordedDate
      Appointment: start created
      AppointmentResponse: start
      AuditEvent: period recorded
      Basic: created
      CarePlan: period created
      CareTeam: period
      ChargeItem: occurrence enteredDate
      Claim: billablePeriod created
      ClaimResponse: created
      ClinicalImpression: effective date
      Communication: sent received
      CommunicationRequest: occurrence authoredOn
      Composition: date
      Condition: onset abatement recordedDate
      Consent: dateTime
      Contract: applies issued
      Coverage: period
      CoverageEligibilityRequest: serviced created
      CoverageEligibilityResponse: serviced created
      DetectedIssue: identified
      DeviceRequest: occurrence authoredOn
      DeviceUseStatement: timing recordedOn
      DiagnosticReport: effective issued
      DocumentManifest: created
      DocumentReference: context.period date
      Encounter: period
      EnrollmentRequest: created
      EnrollmentResponse: created
      EpisodeOfCare: period
      ExplanationOfBenefit: billablePeriod created
      FamilyMemberHistory: date
      Flag: period
      Goal: start statusDate
      GuidanceResponse: occurrenceDateTime
      ImagingStudy: started
      Immunization: occurrence recorded
      ImmunizationEvaluation: date
      ImmunizationRecommendation: date
      Invoice: date
      List: date
      MeasureReport: period date
      Media: created issued
      MedicationAdministration: effective
      MedicationDispense: whenHandedOver whenPrepared
      MedicationRequest: authoredOn
      MedicationStatement: effective dateAsserted
      NutritionOrder: dateTime
      Observation: effective issued
      Procedure: performed
      Provenance: occurred recorded
      QuestionnaireResponse: authored
      RequestGroup: authoredOn
      ResearchSubject: period
      RiskAssessment: occurrence
      Schedule: planningHorizon
      ServiceRequest: occurrence authoredOn
      Slot: start
      Specimen: collection.collected receivedTime
      SupplyDelivery: occurrence
      SupplyRequest: occurrence authoredOn
      Task: executionPeriod authoredOn
      VisionPrescription: dateWritten created
      """;

  private static final Map<String, List<ElementPath>> ROWS = rows();

  private final ZoneId zone;

  ClinicalTime(ZoneId zone) {
    this.zone = zone;
  }

  Optional<TimeSpan> of(Resource resource) {
    for (ElementPath path : ROWS.getOrDefault(resource.fhirType(), List.of())) {
      Optional<Base> value = path.read(resource).filter(found -> !found.isEmpty());
      if (value.isPresent()) {
        return span(value.get());
      }
    }
    return Optional.empty();
  }

  private Optional<TimeSpan> span(Base value) {
    if (value instanceof BaseDateTimeType time) {
      return FhirPeriods.span(time, zone);
    }
    if (value instanceof Timing timing) {
      return FhirPeriods.span(timing, zone);
    }
    return value instanceof Period period ? FhirPeriods.span(period, zone) : Optional.empty();
  }

  private static Map<String, List<ElementPath>> rows() {
    Map<String, List<ElementPath>> rows = new HashMap<>();
    TABLE
        .lines()
        .map(line -> line.split(": ", 2))
        .forEach(row -> rows.put(row[0], ElementPath.all(row[0], row[1])));
    return Map.copyOf(rows);
  }
}
