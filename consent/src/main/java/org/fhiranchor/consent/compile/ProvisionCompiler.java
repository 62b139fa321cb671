package org.fhiranchor.consent.compile;

import static org.fhiranchor.consent.decide.ProvisionType.DENY;
import static org.fhiranchor.consent.decide.ProvisionType.PERMIT;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.fhiranchor.consent.decide.Clause;
import org.fhiranchor.consent.decide.Code;
import org.fhiranchor.consent.decide.CodeSystems;
import org.fhiranchor.consent.decide.Provision;
import org.fhiranchor.consent.decide.Provision.Understanding;
import org.fhiranchor.consent.decide.ProvisionType;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Consent;
import org.hl7.fhir.r4.model.Consent.ProvisionComponent;

/** Compiles the tree of provisions (DEC-3). */
final class ProvisionCompiler {
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
      return compile(new Placed(root, path, Around.NOTHING, List.of()), type.get(), modified, true);
    }
    if (root.hasType()) {
      notes.notUnderstood(path, "its type has no value: taken for a deny");
      return compile(new Placed(root, path, Around.NOTHING, List.of()), DENY, modified, false);
    }
    Optional<ProvisionType> byPolicy = policyType(consent.getPolicyRule());
    if (byPolicy.isPresent() && !isBare(root)) {
      return base(root, byPolicy.get(), modified);
    }
    if (byPolicy.isEmpty()) {
      notes.notUnderstood(path, "no type, and no policyRule that says what holds by default");
    }
    return compile(
        new Placed(root, path, Around.NOTHING, List.of()),
        byPolicy.orElse(ProvisionType.PERMIT),
        modified,
        byPolicy.isPresent());
  }

  /**
   * A root without type whose elements stand beside a policy rule. Some authors mean "within
   * these", others "all but these". What both agree on holds: a nested permit that is within them
   * permits. Where the two differ in a deny, it covers (DENY-1); a mere period denies nothing.
   */
  private Provision base(ProvisionComponent root, ProvisionType byPolicy, boolean modified) {
    String path = "Consent.provision";
    notes.notUnderstood(
        path, "no type: elements beside policyRule may narrow it or be excepted from it");
    int before = notes.count();
    List<Clause> within = elements.compile(root, path, ProvisionType.PERMIT);
    boolean clean = notes.count() == before;
    boolean optIn = byPolicy == ProvisionType.PERMIT;
    boolean mild = optIn && isBare(root.copy().setPeriod(null));
    List<Clause> denied =
        optIn ? elements.compile(root, path, mild ? PERMIT : DENY) : List.<Clause>of();
    Understanding understanding =
        modified || modified(root, path)
            ? Understanding.NOT
            : !clean ? Understanding.PARTLY : mild ? Understanding.TYPELESS : Understanding.FULL;
    return shared.provision(
        new Provision(
            mild ? PERMIT : DENY,
            understanding,
            denied,
            exceptions(new Placed(root, path, Around.NOTHING, within), modified)));
  }

  private static boolean isBare(ProvisionComponent root) {
    return !(root.hasPeriod()
        || root.hasActor()
        || root.hasAction()
        || root.hasSecurityLabel()
        || root.hasPurpose()
        || root.hasClass_()
        || root.hasCode()
        || root.hasDataPeriod()
        || root.hasData());
  }

  private boolean modified(Consent consent) {
    if (!consent.hasModifierExtension() && !consent.hasImplicitRules()) {
      return false;
    }
    notes.notUnderstood("Consent", "unknown modifierExtension or implicitRules");
    return true;
  }

  /**
   * A provision where it stands.
   *
   * @param within what every permit here and below needs besides
   */
  private record Placed(ProvisionComponent from, String path, Around around, List<Clause> within) {}

  private Provision compile(
      Placed placed, ProvisionType type, boolean modifiedAbove, boolean typeUnderstood) {
    int before = notes.count();
    ProvisionComponent from = placed.from();
    List<Clause> own = elements.compile(from, placed.path(), type);
    List<Clause> clauses = new ArrayList<>(own);
    if (type == PERMIT) {
      clauses.addAll(placed.within());
    }
    boolean clean = typeUnderstood && notes.count() == before;
    Understanding understanding =
        modifiedAbove || modified(from, placed.path())
            ? Understanding.NOT
            : clean ? Understanding.FULL : Understanding.PARTLY;
    Placed below =
        new Placed(from, placed.path(), placed.around().below(from, own), placed.within());
    return shared.provision(
        new Provision(
            type,
            understanding,
            clauses,
            placed.around().needed(from, type),
            exceptions(below, modifiedAbove)));
  }

  private List<Provision> exceptions(Placed of, boolean modifiedAbove) {
    List<ProvisionComponent> nested = of.from().getProvision();
    List<Provision> exceptions = new ArrayList<>(nested.size());
    for (int i = 0; i < nested.size(); i++) {
      String at = of.path() + ".provision[" + i + "]";
      exceptions.add(
          exception(new Placed(nested.get(i), at, of.around(), of.within()), modifiedAbove));
    }
    return exceptions;
  }

  private Provision exception(Placed placed, boolean modifiedAbove) {
    String path = placed.path();
    Optional<ProvisionType> type = typeOf(placed.from());
    if (type.isEmpty()) {
      notes.notUnderstood(path, "no type: taken for a deny");
    }
    boolean tooDeep = path.length() > "Consent.provision".length() + DEEPEST * 14;
    if (tooDeep) {
      notes.notUnderstood(path, "nested too deep");
      return new Provision(DENY, Understanding.NOT, List.of(), List.of());
    }
    return compile(placed, type.orElse(DENY), modifiedAbove, type.isPresent());
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
    if (provision.getType() == Consent.ConsentProvisionType.PERMIT) {
      return Optional.of(PERMIT);
    }
    return provision.getType() == Consent.ConsentProvisionType.DENY
        ? Optional.of(DENY)
        : Optional.empty();
  }

  /** OPTIN permits and OPTOUT denies by default; other policies are not known here. */
  static Optional<ProvisionType> policyType(CodeableConcept policyRule) {
    List<Code> rules =
        policyRule.getCoding().stream()
            .map(ElementCompiler::code)
            .filter(code -> code.system().equals(CodeSystems.ACT_CODE))
            .toList();
    if (rules.stream().anyMatch(rule -> rule.code().startsWith("OPTOUT"))) {
      return Optional.of(DENY);
    }
    return rules.stream().anyMatch(rule -> rule.code().equals("OPTIN"))
        ? Optional.of(PERMIT)
        : Optional.empty();
  }
}
