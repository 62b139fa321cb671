package org.fhiranchor.interceptors.gate.search;

import ca.uhn.fhir.context.RuntimeSearchParam;
import ca.uhn.fhir.rest.api.RestSearchParameterTypeEnum;
import ca.uhn.fhir.rest.server.util.ISearchParamRegistry;
import ca.uhn.fhir.rest.server.util.ISearchParamRegistry.SearchParamLookupContextEnum;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.fhiranchor.interceptors.identity.ChainName;

/**
 * Which chains and {@code _has} the gate can evaluate itself, and by how many inner searches (G6).
 * The answer hangs on what is written alone, never on what is stored. What HAPI understands in ways
 * of its own (composites, {@code :not} and {@code :missing} behind a dot, dots in a nested {@code
 * _has}) has no exact answer of ours and is refused.
 */
public final class ChainRules {
  /** Most inner searches of one search: an unqualified link asks each type that it may lead to. */
  public static final int MOST_SEARCHES = 32;

  private static final Set<String> MODIFIERS =
      Set.of("exact", "contains", "text", "above", "below");

  private static final Set<RestSearchParameterTypeEnum> KINDS =
      EnumSet.of(
          RestSearchParameterTypeEnum.STRING,
          RestSearchParameterTypeEnum.TOKEN,
          RestSearchParameterTypeEnum.DATE,
          RestSearchParameterTypeEnum.NUMBER,
          RestSearchParameterTypeEnum.QUANTITY,
          RestSearchParameterTypeEnum.URI,
          RestSearchParameterTypeEnum.REFERENCE);

  private final ISearchParamRegistry parameters;
  private final Set<String> types;

  /**
   * Rules for a server.
   *
   * @param types the resource types that it stores
   */
  public ChainRules(ISearchParamRegistry parameters, Set<String> types) {
    this.parameters = parameters;
    this.types = Set.copyOf(types);
  }

  private Set<String> targets(String type, ChainName.Forward chain) {
    return parameter(type, chain.parameter()).map(RuntimeSearchParam::getTargets).orElse(Set.of());
  }

  /** The types that the next link is asked of, as HAPI finds them: those that have it. */
  Set<String> candidates(String type, ChainName.Forward chain) {
    if (chain.type().isPresent()) {
      return Set.of(chain.type().get());
    }
    ChainName rest = ChainName.of(chain.rest());
    return targets(type, chain).stream()
        .filter(types::contains)
        .filter(target -> has(target, rest))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private boolean has(String type, ChainName name) {
    if (name instanceof ChainName.Plain plain) {
      return parameter(type, plain.parameter()).isPresent();
    }
    return name instanceof ChainName.Forward chain
        ? parameter(type, chain.parameter()).isPresent()
        : name instanceof ChainName.Reverse;
  }

  Optional<RuntimeSearchParam> parameter(String type, String name) {
    return types.contains(type)
        ? Optional.ofNullable(
            parameters.getActiveSearchParam(type, name, SearchParamLookupContextEnum.SEARCH))
        : Optional.empty();
  }

  /**
   * How many inner searches this parameter takes: 0 for one that is no chain, more than {@link
   * #MOST_SEARCHES} for one that cannot be evaluated.
   */
  int searches(String type, String name) {
    ChainName read = ChainName.of(name);
    // a resource of an open type may be hidden too, so no chain is left to HAPI
    if (read instanceof ChainName.Plain) {
      return 0;
    }
    Count count = new Count();
    boolean can =
        read instanceof ChainName.Reverse reverse
            ? count.outermost(reverse) && count.reverse(reverse)
            : count.inside(type, read);
    return can ? count.searches : MOST_SEARCHES + 1;
  }

  private boolean isReference(String type, String name) {
    return parameter(type, name)
        .filter(found -> found.getParamType() == RestSearchParameterTypeEnum.REFERENCE)
        .isPresent();
  }

  /** Counts while it looks, and stops at the limit: types may lead to types without end. */
  private final class Count {
    private int searches;

    private boolean forward(String type, ChainName.Forward chain) {
      Set<String> candidates =
          isReference(type, chain.parameter()) ? candidates(type, chain) : Set.of();
      ChainName rest = ChainName.of(chain.rest());
      return !candidates.isEmpty()
          && candidates.stream().allMatch(each -> one(each) && inside(each, rest));
    }

    private boolean one(String type) {
      return types.contains(type) && ++searches <= MOST_SEARCHES;
    }

    private boolean inside(String type, ChainName name) {
      if (name instanceof ChainName.Plain plain) {
        return isExact(type, plain);
      }
      if (name instanceof ChainName.Forward chain) {
        return forward(type, chain);
      }
      return name instanceof ChainName.Reverse reverse
          && !reverse.rest().contains(".")
          && reverse(reverse);
    }

    /** HAPI loses what follows a dot in every {@code _has} but the outermost. */
    private boolean outermost(ChainName.Reverse reverse) {
      ChainName rest = ChainName.of(reverse.rest());
      return !(rest instanceof ChainName.Forward chain) || chain.type().isEmpty();
    }

    /** In HAPI a {@code _has} takes no modifier. */
    private boolean reverse(ChainName.Reverse reverse) {
      ChainName rest = ChainName.of(reverse.rest());
      boolean modified = rest instanceof ChainName.Plain plain && plain.modifier().isPresent();
      return !modified
          && isReference(reverse.type(), reverse.parameter())
          && one(reverse.type())
          && (reverse.rest().equals("_id") || inside(reverse.type(), rest));
    }

    /** Not {@code _id} and its like: HAPI finds nothing by {@code patient._id}. */
    private boolean isExact(String type, ChainName.Plain plain) {
      return parameter(type, plain.parameter())
          .filter(found -> !found.getName().startsWith("_"))
          .map(RuntimeSearchParam::getParamType)
          .filter(KINDS::contains)
          .filter(kind -> plain.modifier().map(said -> isModifier(kind, said)).orElse(true))
          .isPresent();
    }

    private boolean isModifier(RestSearchParameterTypeEnum kind, String said) {
      return kind == RestSearchParameterTypeEnum.REFERENCE
          ? types.contains(said)
          : MODIFIERS.contains(said);
    }
  }
}
