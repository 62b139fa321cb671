package org.fhiranchor.demo;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;

/** The steps in their order. Any that does not come out as told ends the story with a failure. */
final class Story {
  static final int SAMPLE = 100;
  private static final long SEED = 20261122;
  private static final int ANCHOR_POLLS = 240;

  private final DemoSettings settings;
  private final Path work;
  private final StepTable table;
  private final FhirHttp http;
  private final Tokens tokens;

  Story(DemoSettings settings, Path work, StepTable table) {
    this.settings = settings;
    this.work = work;
    this.table = table;
    this.http = new FhirHttp(settings.server());
    this.tokens = Tokens.of(settings.data());
  }

  void tell() {
    LogIdentity log = LogIdentity.of(http);
    VerifierJar verifier = new VerifierJar(settings.verifierJar(), log);
    List<Version> versions = sample(load());
    waitForAnchor();
    Evidence original = Evidence.in(work.resolve("original"));
    original.takeResources(this::reader, versions);
    original.takeProofs(this::reader, versions);
    table.done("take random versions and their proofs", versions.size());
    allVerified(verifier.verify(versions, original));
    tamper(versions, original, verifier);
  }

  private List<Version> load() {
    List<Path> bundles = SyntheaPatients.generate(settings.syntheaLibraries(), work);
    table.done("make patients with Synthea (files)", bundles.size());
    Set<Version> versions = new LinkedHashSet<>();
    Set<String> types = new TreeSet<>();
    for (Path bundle : bundles) {
      versions.addAll(load(bundle));
    }
    versions.forEach(version -> types.add(version.type()));
    table.done("load them as transactions (versions)", versions.size());
    table.note(types.size() + " resource types: " + String.join(", ", types));
    return new ArrayList<>(versions);
  }

  /** What is in a patient's bundle is that patient's. */
  private List<Version> load(Path bundle) {
    Json answer = Json.parse(http.as(tokens.loader()).post("/fhir", bundle));
    List<Version> versions =
        answer.elements("entry").stream()
            .flatMap(entry -> Version.of(entry.text("response", "location")).stream())
            .toList();
    versions.stream()
        .filter(version -> version.type().equals("Patient"))
        .forEach(patient -> versions.forEach(one -> tokens.belongs(one, patient.id())));
    return versions;
  }

  private FhirHttp reader(Version version) {
    return http.as(tokens.reader(version));
  }

  private static List<Version> sample(List<Version> versions) {
    if (versions.size() < SAMPLE) {
      throw new DemoFailure("want " + SAMPLE + " versions or more, got " + versions.size());
    }
    List<Version> shuffled = new ArrayList<>(versions);
    Collections.shuffle(shuffled, new Random(SEED));
    return shuffled.subList(0, SAMPLE);
  }

  private void waitForAnchor() {
    String health = "";
    for (int poll = 0; poll < ANCHOR_POLLS; poll++) {
      health = http.getAnyway("/actuator/health");
      Json details =
          Json.parse(health)
              .at("components", "anchor", "details")
              .orElseThrow(() -> new DemoFailure("the server's health says nothing of the anchor"));
      if (details.at("size").isPresent() && isAnchored(details)) {
        table.done("wait until every leaf is anchored (leaves)", number(details, "size"));
        return;
      }
      pause();
    }
    throw new DemoFailure("not anchored after two minutes: " + health);
  }

  private static boolean isAnchored(Json details) {
    return number(details, "pending") == 0
        && number(details, "anchoredSize") >= number(details, "size");
  }

  private static long number(Json details, String name) {
    return Long.parseLong(details.text(name));
  }

  private static void pause() {
    try {
      TimeUnit.MILLISECONDS.sleep(500);
    } catch (InterruptedException stopping) {
      Thread.currentThread().interrupt();
      throw new DemoFailure("stopped while waiting for the anchor", stopping);
    }
  }

  private void allVerified(List<VerifierJar.Said> said) {
    for (VerifierJar.Said one : said) {
      if (!one.isVerified()) {
        throw new DemoFailure("want verified, got " + one.answer().value().toJson());
      }
    }
    table.done("verify each, on the ledger (verified)", said.size());
  }

  private void tamper(List<Version> versions, Evidence original, VerifierJar verifier) {
    CopiedData data = CopiedData.of(settings.data(), work.resolve("copy"));
    table.done("copy the data folder", 1);
    CopiedData.Change change = data.changeOneRow(versions);
    table.done("change one row in the copy by SQL", 1);
    table.note(change.version() + ": value " + change.before() + " -> " + change.after());
    try (SecondServer second = SecondServer.start(settings, data.folder(), verifier.log())) {
      table.done("start a second server on the copy", 1);
      FhirHttp copy = new FhirHttp(second.address());
      Evidence changed = Evidence.in(work.resolve("changed"));
      changed.takeResources(version -> copy, versions);
      table.done("read the same versions from it", versions.size());
      changed.keepProofs(original, versions);
      onlyTheChangedFails(verifier.verify(versions, changed), change.version());
      ownVerdict(copy, change.version());
    }
    table.done("stop the second server", 1);
  }

  private void onlyTheChangedFails(List<VerifierJar.Said> said, Version changed) {
    List<VerifierJar.Said> failed = said.stream().filter(one -> !one.isVerified()).toList();
    if (failed.size() != 1 || !failed.get(0).version().equals(changed)) {
      throw new DemoFailure("want only " + changed + " to fail, got " + failed);
    }
    Json answer = failed.get(0).answer();
    String step = answer.at("failed").isPresent() ? answer.text("failed", "step") : "";
    if (!step.equals("content-digest")) {
      throw new DemoFailure("want content-digest to fail, got " + answer.value().toJson());
    }
    table.done("verify them with the first proofs (verified)", said.size() - failed.size());
    table.note(
        "caught: " + changed + " at step content-digest: " + answer.text("failed", "reason"));
    table.note("wanted " + answer.text("failed", "want"));
    table.note("got    " + answer.text("failed", "got"));
  }

  private void ownVerdict(FhirHttp copy, Version changed) {
    Json answer = Json.parse(copy.get(changed.path() + "/$verify"));
    String result = parameter(answer, "result");
    String step = parameter(answer, "step");
    if (!result.equals("not-verified") || !step.equals("content-digest")) {
      throw new DemoFailure("$verify: want not-verified, got " + answer.value().toJson());
    }
    table.done("ask the second server itself with $verify", 1);
    table.note("$verify: " + result + " at step " + step);
  }

  private static String parameter(Json parameters, String name) {
    return parameters.elements("parameter").stream()
        .filter(one -> one.text("name").equals(name))
        .map(one -> one.at("valueCode").map(code -> one.text("valueCode")).orElse(""))
        .findFirst()
        .orElse("");
  }
}
