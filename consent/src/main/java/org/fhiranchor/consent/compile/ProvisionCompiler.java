package org.fhiranchor.consent.compile;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.fhiranchor.consent.decide.Clause;
import org.fhiranchor.consent.decide.Code;
import org.fhiranchor.consent.decide.Provision;
import org.fhiranchor.consent.decide.Provision.Understanding;
import org.fhiranchor.consent.decide.ProvisionType;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.Consent;
import org.hl7.fhir.r4.model.Consent.ProvisionComponent;

/** Compiles the tree of provisions (DEC-3). */
final class ProvisionCompiler {
  private static final String ACT_CODE = "http://terminology.hl7.org/CodeSystem/v3-ActCode";

  /** Deeper than any Consent that a person can agree to; what lies below is not understood. */
  private static final int DEEPEST = 32;

  private final ElementCompiler elements;
  private final Notes notes;
  private final SharedRules shared;

  ProvisionCompiler(ElementCompiler elements, Notes notes, SharedRules shared) {
    this.elements = elements;
    this.notes = notes;
    this.shared = shared;
  }

  Provision root(Consent consent) {
    ProvisionComponent root = consent.getProvision();
    String path = "Consent.provision";
    boolean modified = modified(consent);
    Optional<ProvisionType> type = typeOf(root);
    if (type.isPresent()) {
      return compile(root, type.get(), path, modified, true);
    }
    Optional<ProvisionType> byPolicy = policyType(consent.getPolicyRule());
    boolean bare = elements.compile(root, path).isEmpty() && notes.count() == 0;
    if (byPolicy.isEmpty() || !bare) {
      notes.notUnderstood(path, "no type, and no policyRule that says what holds by default");
    }
    return compile(
        root, byPolicy.orElse(ProvisionType.PERMIT), path, modified, byPolicy.isPresent() && bare);
  }

  private boolean modified(Consent consent) {
    if (!consent.hasModifierExtension() && !consent.hasImplicitRules()) {
      return false;
    }
    notes.notUnderstood("Consent", "unknown modifierExtension or implicitRules");
    return true;
  }

  private Provision compile(
      ProvisionComponent from,
      ProvisionType type,
      String path,
      boolean modifiedAbove,
      boolean typeUnderstood) {
    int before = notes.count();
    List<Clause> clauses = elements.compile(from, path);
    boolean clean = typeUnderstood && notes.count() == before;
    Understanding understanding =
        modifiedAbove || modified(from, path)
            ? Understanding.NOT
            : clean ? Understanding.FULL : Understanding.PARTLY;
    return shared.provision(
        new Provision(type, understanding, clauses, exceptions(from, path, modifiedAbove)));
  }

  private List<Provision> exceptions(ProvisionComponent of, String path, boolean modifiedAbove) {
    List<Provision> exceptions = new ArrayList<>(of.getProvision().size());
    for (int i = 0; i < of.getProvision().size(); i++) {
      String at = path + ".provision[" + i + "]";
      exceptions.add(exception(of.getProvision().get(i), at, modifiedAbove));
    }
    return exceptions;
  }

  private Provision exception(ProvisionComponent from, String path, boolean modifiedAbove) {
    Optional<ProvisionType> type = typeOf(from);
    if (type.isEmpty()) {
      notes.notUnderstood(path, "no type: taken for a deny");
    }
    boolean tooDeep = path.length() > "Consent.provision".length() + DEEPEST * 14;
    if (tooDeep) {
      notes.notUnderstood(path, "nested too deep");
      return new Provision(ProvisionType.DENY, Understanding.NOT, List.of(), List.of());
    }
    return compile(from, type.orElse(ProvisionType.DENY), path, modifiedAbove, type.isPresent());
  }

  private boolean modified(ProvisionComponent provision, String path) {
    boolean modified =
        provision.hasModifierExtension()
            || provision.getActor().stream().anyMatch(actor -> actor.hasModifierExtension())
            || provision.getData().stream().anyMatch(data -> data.hasModifierExtension());
    if (modified) {
      notes.notUnderstood(path, "unknown modifierExtension");
    }
    return modified;
  }

  private static Optional<ProvisionType> typeOf(ProvisionComponent provision) {
    if (!provision.hasType()) {
      return Optional.empty();
    }
    return switch (provision.getType()) {
      case PERMIT -> Optional.of(ProvisionType.PERMIT);
      case DENY -> Optional.of(ProvisionType.DENY);
      default -> Optional.empty();
    };
  }

  /** OPTIN permits and OPTOUT denies by default; other policies are not known here. */
  private static Optional<ProvisionType> policyType(CodeableConcept policyRule) {
    for (Coding coding : policyRule.getCoding()) {
      Code code = ElementCompiler.code(coding);
      if (code.system().equals(ACT_CODE) && code.code().equals("OPTIN")) {
        return Optional.of(ProvisionType.PERMIT);
      }
      if (code.system().equals(ACT_CODE) && code.code().startsWith("OPTOUT")) {
        return Optional.of(ProvisionType.DENY);
      }
    }
    return Optional.empty();
  }
}
