package org.fhiranchor.interceptors.autoconfigure;

import ca.uhn.fhir.jpa.api.dao.DaoRegistry;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import java.security.SecureRandom;
import java.time.Clock;
import javax.sql.DataSource;
import org.fhiranchor.consent.compile.ConsentCompiler;
import org.fhiranchor.consent.facts.LocalReferences;
import org.fhiranchor.interceptors.consent.following.KeyUses;
import org.fhiranchor.interceptors.consent.following.SamePerson;
import org.fhiranchor.interceptors.consent.following.SubjectKeys;
import org.fhiranchor.interceptors.consent.operations.CountedRegistrars;
import org.fhiranchor.interceptors.consent.operations.Entitlement;
import org.fhiranchor.interceptors.consent.operations.KeyEnrolment;
import org.fhiranchor.interceptors.consent.operations.KeyOperations;
import org.fhiranchor.interceptors.consent.operations.Passkeys;
import org.fhiranchor.interceptors.consent.operations.RegistrarLimits;
import org.fhiranchor.interceptors.consent.operations.RegistrarNames;
import org.fhiranchor.interceptors.consent.operations.RegistrarWrites;
import org.fhiranchor.interceptors.consent.operations.SecondRegistrar;
import org.fhiranchor.interceptors.consent.operations.Signing;
import org.fhiranchor.interceptors.log.LogStore;
import org.fhiranchor.interceptors.store.SqlKeyUses;
import org.fhiranchor.ledger.ConsentLedger;
import org.fhiranchor.merkle.Salt;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * The parts list of patients' keys: who binds them, how they sign, and what is kept of their use.
 */
@Configuration
class PatientKeysConfiguration {
  /** Needs the log store: its table is made with the log's. */
  @Bean
  KeyUses anchorKeyUses(DataSource dataSource, LogStore store) {
    return new SqlKeyUses(new JdbcTemplate(dataSource));
  }

  @Bean
  Signing anchorSigning(
      ConsentLedger ledger,
      SubjectKeys keys,
      DataSource dataSource,
      AnchorSettings settings,
      SecureRandom anchorRandom,
      Passkeys passkeys,
      KeyUses uses) {
    return new Signing(
        ledger,
        keys,
        ConsentAutoConfiguration.custody(settings, dataSource, anchorRandom),
        passkeys,
        uses);
  }

  @Bean
  Passkeys anchorPasskeys(ConsentLedger ledger, AnchorSettings settings, OwnAddresses own) {
    return new Passkeys(
        ledger.domain().contract(), new PasskeyAddress(settings.passkeySite(), own));
  }

  @Bean
  RegistrarLimits anchorRegistrarLimits(
      DaoRegistry daos,
      SamePerson people,
      ConsentCompiler compiler,
      LocalReferences references,
      SecondRegistrar second,
      ObjectProvider<MeterRegistry> meters,
      SecureRandom anchorRandom) {
    return new RegistrarLimits(
        new RegistrarNames(daos, references, people::of),
        compiler,
        references,
        second,
        new CountedRegistrars(
            meters.getIfAvailable(CompositeMeterRegistry::new), Salt.random(anchorRandom)));
  }

  @Bean
  RegistrarWrites anchorRegistrarWrites(RegistrarLimits limits) {
    return new RegistrarWrites(limits);
  }

  @Bean
  KeyOperations anchorKeyOperations(
      DaoRegistry daos,
      Entitlement entitlement,
      ConsentLedger ledger,
      SubjectKeys keys,
      Signing signing,
      RegistrarLimits registrars,
      Passkeys passkeys,
      KeyUses uses,
      AnchorSettings settings) {
    return new KeyOperations(
        daos,
        entitlement,
        new KeyEnrolment(ledger, keys, signing, Clock.systemUTC()),
        registrars,
        passkeys,
        uses,
        ConsentAutoConfiguration.keyApps(settings),
        ConsentAutoConfiguration.isOpen(settings));
  }
}
