package org.fhiranchor.interceptors.consent.speed;

import ca.uhn.fhir.context.FhirContext;
import com.sun.management.ThreadMXBean;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.fhiranchor.consent.compile.Compilation;
import org.fhiranchor.consent.compile.ConsentCompiler;
import org.fhiranchor.consent.compile.NamedResources;
import org.fhiranchor.consent.decide.AccessRequest;
import org.fhiranchor.consent.decide.Action;
import org.fhiranchor.consent.decide.CompiledConsent;
import org.fhiranchor.consent.decide.ConsentDecider;
import org.fhiranchor.consent.decide.ConsentPolicy;
import org.fhiranchor.consent.decide.LedgerStanding;
import org.fhiranchor.consent.decide.LedgerView;
import org.fhiranchor.consent.decide.PatientId;
import org.fhiranchor.consent.decide.Purpose;
import org.fhiranchor.consent.decide.PurposeModes;
import org.fhiranchor.consent.decide.RequesterFacts;
import org.fhiranchor.consent.decide.ResourceFacts;
import org.fhiranchor.consent.decide.TimeSpan;
import org.fhiranchor.consent.decide.index.ConsentIndex;
import org.fhiranchor.consent.facts.FactsReader;
import org.fhiranchor.consent.facts.LocalReferences;
import org.fhiranchor.consent.facts.RelatedResources;
import org.fhiranchor.merkle.Digest;
import org.hl7.fhir.r4.model.Consent;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r4.model.Reference;

/**
 * Decisions a second, their 99th percentile, bytes per Consent and the cost of reading facts, on
 * one thread.
 */
final class ConsentSpeed {
  private static final FhirContext FHIR = FhirContext.forR4Cached();
  private static final Instant NOW = Instant.parse("2024-06-01T12:00:00Z");

  /** A permit for one doctor's treatment with two exceptions, a typical one. */
  private static final String CONSENT =
      """
      {"resourceType":"Consent","id":"c","status":"active","patient":{"reference":"Patient/p"},
       "scope":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/consentscope","code":"patient-privacy"}]},
       "provision":{"type":"permit","period":{"start":"2024-01-01","end":"2026-12-31"},
        "actor":[{"role":{"coding":[{"code":"IRCP"}]},"reference":{"reference":"Practitioner/dr"}}],
        "purpose":[{"system":"http://terminology.hl7.org/CodeSystem/v3-ActReason","code":"TREAT"}],
        "provision":[
         {"type":"deny","securityLabel":[{"system":"http://terminology.hl7.org/CodeSystem/v3-Confidentiality","code":"R"}]},
         {"type":"deny","class":[{"system":"http://hl7.org/fhir/resource-types","code":"DocumentReference"}]}]}}
      """;

  private static final int DOCTORS = 1_000;
  private static final int ROUNDS = 256 * 20_000;
  private static final int SAMPLES = 256 * 4_000;
  private static final int PAGE = 256;

  private final PrintStream out;
  private final int consents;
  private final Random random = new Random(42);
  private final List<List<Integer>> patientsOf = new ArrayList<>();
  private final LocalReferences references = new LocalReferences(List.of());
  private final FactsReader reader =
      new FactsReader(references, ZoneOffset.UTC, RelatedResources.NOTHING_KNOWN);
  private final ResourceFacts read = reader.read(observation(1));

  private ConsentSpeed(PrintStream out, int consents) {
    this.out = out;
    this.consents = consents;
  }

  /** The first argument is the number of Consents, a million when absent. */
  public static void main(String[] args) {
    int consents = args.length > 0 ? Integer.parseInt(args[0]) : 1_000_000;
    new ConsentSpeed(System.out, consents).run();
  }

  private void run() {
    ConsentIndex index = new ConsentIndex();
    load(index);
    index.followed(new LedgerView(1, NOW));
    ConsentPolicy policy =
        new ConsentPolicy(
            PurposeModes.ALL_OPT_IN, ConsentPolicy.BreakGlass.OFF, Duration.ofMinutes(5));
    ConsentDecider decider = new ConsentDecider(index, policy);
    AccessRequest[] requests = requests();
    for (int warm = 0; warm < 3; warm++) {
      decide(decider, requests);
    }
    percentiles(decider, requests);
    readFacts();
    parse();
  }

  private void load(ConsentIndex index) {
    ConsentCompiler compiler =
        new ConsentCompiler(references, ZoneOffset.UTC, NamedResources.NOTHING_KNOWN);
    Consent consent = (Consent) FHIR.newJsonParser().parseResource(CONSENT);
    int[] doctors = namedDoctors();
    long before = usedMemory();
    long start = threadNanos();
    for (int i = 0; i < consents; i++) {
      consent.setId("Consent/c" + i);
      consent.setPatient(new Reference("Patient/p" + i % patients()));
      int doctor = doctors[i];
      consent
          .getProvision()
          .getActorFirstRep()
          .getReference()
          .setReference("Practitioner/dr" + doctor);
      index.put(compiled(compiler, consent));
    }
    long nanos = threadNanos() - start;
    out.printf(
        "loaded consents=%d patients=%d compile+put=%dns each bytes/consent=%d%n",
        consents, patients(), nanos / consents, (usedMemory() - before) / consents);
  }

  private static CompiledConsent compiled(ConsentCompiler compiler, Consent consent) {
    byte[] id = consent.getIdPart().getBytes(StandardCharsets.UTF_8);
    Digest terms = Digest.sha256(id);
    LedgerStanding granted = new LedgerStanding.Granted(terms, TimeSpan.since(0), true, true);
    Compilation compiled = compiler.compile(consent, Optional.of(terms), granted);
    return ((Compilation.Ready) compiled).consent();
  }

  private void parse() {
    for (int round = 0; round < 3; round++) {
      int times = 20_000;
      long start = threadNanos();
      for (int i = 0; i < times; i++) {
        FHIR.newJsonParser().parseResource(CONSENT);
      }
      out.printf("parsing a Consent with HAPI ns=%d%n", (threadNanos() - start) / times);
    }
  }

  private int patients() {
    return Math.max(1, consents / 2);
  }

  /**
   * Facts as a page of hits has them: just made, each of another patient anywhere among all. Every
   * other one is of a patient with a consent that names the doctor who asks.
   */
  private ResourceFacts[] page(int doctor) {
    ResourceFacts[] page = new ResourceFacts[PAGE];
    for (int i = 0; i < page.length; i++) {
      PatientId patient = new PatientId("p" + (random.nextBoolean() ? own(doctor) : anybody()));
      page[i] =
          new ResourceFacts(
              read.names(),
              true,
              new ResourceFacts.Owners(List.of(patient), true),
              read.types(),
              read.labels(),
              read.clinicalTime(),
              read.links(),
              List.of());
    }
    return page;
  }

  /** The doctor that each Consent names, anyone. */
  private int[] namedDoctors() {
    for (int doctor = 0; doctor < DOCTORS; doctor++) {
      patientsOf.add(new ArrayList<>());
    }
    int[] named = random.ints(consents, 0, DOCTORS).toArray();
    for (int i = 0; i < named.length; i++) {
      patientsOf.get(named[i]).add(i % patients());
    }
    return named;
  }

  private int anybody() {
    return random.nextInt(patients());
  }

  private int own(int doctor) {
    List<Integer> own = patientsOf.get(doctor);
    return own.isEmpty() ? anybody() : own.get(random.nextInt(own.size()));
  }

  private AccessRequest[] requests() {
    AccessRequest[] requests = new AccessRequest[DOCTORS];
    for (int i = 0; i < requests.length; i++) {
      RequesterFacts requester =
          RequesterFacts.of("Practitioner/dr" + i, "Organization/o" + i % 10);
      requests[i] = AccessRequest.of(requester, List.of(Purpose.TREAT), Action.ACCESS, NOW);
    }
    return requests;
  }

  private void decide(ConsentDecider decider, AccessRequest[] requests) {
    long processor = 0;
    long wall = 0;
    long allocated = 0;
    int permitted = 0;
    for (int round = 0; round < ROUNDS; round += PAGE) {
      int doctor = random.nextInt(requests.length);
      ResourceFacts[] page = page(doctor);
      AccessRequest request = requests[doctor];
      long bytes = allocatedBytes();
      long began = System.nanoTime();
      long start = threadNanos();
      for (ResourceFacts one : page) {
        permitted += decider.decide(request, one).permitted() ? 1 : 0;
      }
      processor += threadNanos() - start;
      wall += System.nanoTime() - began;
      allocated += allocatedBytes() - bytes;
    }
    out.printf(
        "decided rounds=%d per-second=%.0f by-the-clock=%.0f ns=%.0f bytes/decision=%d"
            + " permitted=%d%n",
        ROUNDS,
        ROUNDS * 1e9 / processor,
        ROUNDS * 1e9 / wall,
        (double) processor / ROUNDS,
        allocated / ROUNDS,
        permitted);
  }

  private void percentiles(ConsentDecider decider, AccessRequest[] requests) {
    long[] nanos = new long[SAMPLES];
    int permitted = 0;
    int at = 0;
    while (at < SAMPLES) {
      int doctor = random.nextInt(requests.length);
      for (ResourceFacts one : page(doctor)) {
        long start = System.nanoTime();
        permitted += decider.decide(requests[doctor], one).permitted() ? 1 : 0;
        nanos[at++] = System.nanoTime() - start;
      }
    }
    Arrays.sort(nanos);
    out.printf(
        "single decisions samples=%d p50=%dns p99=%dns p99.9=%dns permitted=%d%n",
        SAMPLES,
        nanos[SAMPLES / 2],
        nanos[SAMPLES / 100 * 99],
        nanos[SAMPLES / 1000 * 999],
        permitted);
  }

  private void readFacts() {
    Observation observation = observation(1);
    for (int round = 0; round < 3; round++) {
      int times = 300_000;
      long allocated = allocatedBytes();
      long start = threadNanos();
      int codes = 0;
      for (int i = 0; i < times; i++) {
        codes += reader.read(observation).labels().codes().size();
      }
      long nanos = threadNanos() - start;
      out.printf(
          "facts of an Observation ns=%d bytes=%d codes=%d%n",
          nanos / times, (allocatedBytes() - allocated) / times, codes / times);
    }
  }

  private static Observation observation(int patient) {
    return (Observation)
        FHIR.newJsonParser()
            .parseResource(
                """
                {"resourceType":"Observation","id":"o%d","meta":{"versionId":"1","lastUpdated":"2024-05-05T10:00:00Z",
                  "profile":["http://hl7.org/fhir/StructureDefinition/bp"]},
                 "text":{"status":"generated","div":"<div xmlns=\\"http://www.w3.org/1999/xhtml\\">Blood pressure</div>"},
                 "identifier":[{"system":"urn:ietf:rfc:3986","value":"urn:uuid:187e0c12-8dd2-67e2-99b2-bf273c878281"}],
                 "status":"final","category":[{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/observation-category","code":"vital-signs"}]}],
                 "code":{"coding":[{"system":"http://loinc.org","code":"85354-9"}],"text":"Blood pressure"},
                 "subject":{"reference":"Patient/p%d"},"encounter":{"reference":"Encounter/e1"},
                 "effectiveDateTime":"2024-05-05T09:30:00+02:00","performer":[{"reference":"Practitioner/dr1"}],
                 "component":[
                  {"code":{"coding":[{"system":"http://loinc.org","code":"8480-6"},{"system":"http://snomed.info/sct","code":"271649006"}]},
                   "valueQuantity":{"value":107,"unit":"mmHg","system":"http://unitsofmeasure.org","code":"mm[Hg]"}},
                  {"code":{"coding":[{"system":"http://loinc.org","code":"8462-4"}]},
                   "valueQuantity":{"value":60,"unit":"mmHg","system":"http://unitsofmeasure.org","code":"mm[Hg]"}}]}
                """
                    .formatted(patient, patient));
  }

  /** The processor's time, not the clock's: other processes may be at work. */
  private static long threadNanos() {
    return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
  }

  private static long allocatedBytes() {
    return ((ThreadMXBean) ManagementFactory.getThreadMXBean()).getCurrentThreadAllocatedBytes();
  }

  private static long usedMemory() {
    for (int i = 0; i < 3; i++) {
      System.gc();
    }
    Runtime runtime = Runtime.getRuntime();
    return runtime.totalMemory() - runtime.freeMemory();
  }
}
