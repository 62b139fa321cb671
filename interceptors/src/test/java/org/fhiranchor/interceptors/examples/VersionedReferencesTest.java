package org.fhiranchor.interceptors.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.jpa.dao.BaseStorageDao;
import ca.uhn.fhir.parser.IParser;
import ca.uhn.fhir.rest.server.exceptions.UnprocessableEntityException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.fhiranchor.interceptors.log.recording.VersionedReferences;
import org.hl7.fhir.instance.model.api.IBaseReference;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.r4.model.Extension;
import org.hl7.fhir.r4.model.MedicationRequest;
import org.hl7.fhir.r4.model.Patient;
import org.hl7.fhir.r4.model.Provenance;
import org.hl7.fhir.r4.model.Reference;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Every reference of HL7's examples, with a version added to it. */
final class VersionedReferencesTest {
  private final FhirContext context = FhirContext.forR4();
  private final VersionedReferences references = new VersionedReferences(context);

  private List<IBaseReference> referencesOf(IBaseResource resource) {
    return context.newTerser().getAllResourceReferences(resource).stream()
        .map(info -> info.getResourceReference())
        .toList();
  }

  private static boolean isPlain(IBaseReference reference) {
    String value = reference.getReferenceElement().getValue();
    return value != null && value.matches("[A-Z][A-Za-z]+/[A-Za-z0-9.-]{1,64}");
  }

  private List<String> versions(IBaseResource resource) {
    return referencesOf(resource).stream()
        .map(reference -> String.valueOf(reference.getReferenceElement().getValue()))
        .filter(value -> value.endsWith("/_history/7"))
        .sorted()
        .toList();
  }

  @Test
  @DisplayName("REC-5 a reference's version is kept as it was sent, or the write is refused")
  void keepsOrRefuses() throws IOException {
    IParser parser = context.newJsonParser();
    int kept = 0;
    int refused = 0;
    for (Path file : ExampleFiles.share(6)) {
      IBaseResource resource = parser.parseResource(Files.readString(file));
      referencesOf(resource).stream()
          .filter(VersionedReferencesTest::isPlain)
          .forEach(one -> one.setReference(one.getReferenceElement().getValue() + "/_history/7"));
      List<String> sent = versions(resource);
      if (sent.isEmpty()) {
        continue;
      }
      boolean stored = isStored(resource);
      kept += stored ? 1 : 0;
      refused += stored ? 0 : 1;
      if (stored) {
        String text = parser.encodeResourceToString(resource);
        assertThat(versions(parser.parseResource(text))).as("%s", file).isEqualTo(sent);
      }
    }
    assertThat(kept).isGreaterThan(8 * refused);
    assertThat(refused).isPositive();
  }

  private boolean isStored(IBaseResource resource) {
    try {
      references.created(resource);
      return true;
    } catch (UnprocessableEntityException lost) {
      assertThat(lost).hasMessageContaining("without a version").hasMessageNotContainingAny("/7");
      return false;
    }
  }

  @Test
  @DisplayName("REC-5 HAPI's transactions understand every element that is named to them")
  void isUnderstoodInTransactions() throws IOException {
    IParser parser = context.newJsonParser();
    for (Path file : ExampleFiles.share(3)) {
      IBaseResource resource = parser.parseResource(Files.readString(file));
      assertThatCode(() -> BaseStorageDao.extractReferencesToAvoidReplacement(context, resource))
          .as("%s", file)
          .doesNotThrowAnyException();
    }
  }

  @Test
  @DisplayName("REC-5 what HAPI cannot keep is refused by the element's name, not stored without")
  void refusesWhatWouldBeLost() {
    MedicationRequest request = new MedicationRequest();
    request.setMedication(new Reference("Medication/m/_history/2"));
    assertThatThrownBy(() -> references.updated(null, request))
        .isInstanceOf(UnprocessableEntityException.class)
        .hasMessageContaining("medication");
    Patient patient = new Patient();
    patient.addExtension(new Extension("urn:x", new Reference("Organization/o/_history/2")));
    assertThatThrownBy(() -> references.created(patient))
        .isInstanceOf(UnprocessableEntityException.class);
    Provenance provenance = new Provenance();
    provenance.addTarget(new Reference("Patient/p/_history/2"));
    provenance.addTarget(new Reference("http://else.where/fhir/Patient/p/_history/2"));
    references.created(provenance);
    Set<String> targets =
        context
            .newJsonParser()
            .parseResource(
                Provenance.class, context.newJsonParser().encodeResourceToString(provenance))
            .getTarget()
            .stream()
            .map(Reference::getReference)
            .collect(Collectors.toSet());
    assertThat(targets)
        .containsExactlyInAnyOrder(
            "Patient/p/_history/2", "http://else.where/fhir/Patient/p/_history/2");
  }
}
