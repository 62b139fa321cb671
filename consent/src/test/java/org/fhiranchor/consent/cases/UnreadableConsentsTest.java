package org.fhiranchor.consent.cases;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.ZoneOffset;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.fhiranchor.consent.compile.Compilation;
import org.fhiranchor.consent.compile.ConsentCompiler;
import org.fhiranchor.consent.compile.NamedResources;
import org.fhiranchor.consent.decide.LedgerStanding;
import org.fhiranchor.consent.facts.LocalReferences;
import org.hl7.fhir.r4.model.Consent;
import org.hl7.fhir.r4.model.Reference;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class UnreadableConsentsTest {
  /** Fails in the middle of a team, as a defect would. */
  private static final NamedResources DEFECTIVE =
      new NamedResources() {
        @Override
        public Members membersOf(String collective, Consumer<String> looksAt) {
          looksAt.accept(collective);
          looksAt.accept("Group/inside");
          throw new NoSuchElementException("a defect");
        }

        @Override
        public Optional<Set<String>> referencesOf(String resource) {
          return Optional.empty();
        }
      };

  @Test
  @DisplayName("DEC-8 a Consent that cannot be read is compiled again when what it names changes")
  void remembersWhatWasLookedAt() {
    Consent consent = new Consent();
    consent.setId("c");
    consent.setStatus(Consent.ConsentState.ACTIVE).setPatient(new Reference("Patient/p"));
    consent
        .getProvision()
        .setType(Consent.ConsentProvisionType.PERMIT)
        .addActor()
        .setReference(new Reference("CareTeam/t"))
        .getRole()
        .addCoding()
        .setSystem("http://terminology.hl7.org/CodeSystem/v3-ParticipationType")
        .setCode("IRCP");
    Compilation.Ready compiled =
        (Compilation.Ready)
            new ConsentCompiler(new LocalReferences(List.of()), ZoneOffset.UTC, DEFECTIVE)
                .compile(consent, Optional.empty(), LedgerStanding.NOT_THERE);
    assertThat(compiled.fault()).containsInstanceOf(NoSuchElementException.class);
    assertThat(compiled.consent().dependsOn())
        .containsExactlyInAnyOrder("CareTeam/t", "Group/inside");
  }
}
