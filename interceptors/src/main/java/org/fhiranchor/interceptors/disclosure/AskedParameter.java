package org.fhiranchor.interceptors.disclosure;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.context.RuntimeResourceDefinition;
import ca.uhn.fhir.context.RuntimeSearchParam;
import ca.uhn.fhir.rest.api.RestSearchParameterTypeEnum;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.fhiranchor.interceptors.identity.ChainName;

/**
 * What a parameter asks in the end, behind its chains and {@code _has}.
 *
 * @param type of what is asked; empty where the name does not say it
 * @param parameter empty where the name cannot be read
 * @param modifier empty without one
 */
record AskedParameter(String type, String parameter, String modifier) {
  private static final String PATIENT = "Patient";
  private static final String ID = "_id";

  /** Search parameters whose value names whose record is looked into. */
  private static final Set<String> SCOPES = Set.of("patient", "subject");

  private static final FhirContext FHIR = FhirContext.forR4Cached();

  /** Kinds of FHIR's own parameters whose values are no references and no ids of resources. */
  private static final Set<RestSearchParameterTypeEnum> PLAIN =
      EnumSet.of(
          RestSearchParameterTypeEnum.DATE,
          RestSearchParameterTypeEnum.NUMBER,
          RestSearchParameterTypeEnum.QUANTITY,
          RestSearchParameterTypeEnum.STRING,
          RestSearchParameterTypeEnum.TOKEN,
          RestSearchParameterTypeEnum.URI);

  /** What says how to answer, which time is meant, or what any resource has. */
  private static final Set<String> CONTROLS =
      Set.of(
          "_after",
          "_at",
          "_bundletype",
          "_contained",
          "_containedType",
          "_content",
          "_count",
          "_elements",
          "_format",
          "_getpages",
          "_getpagesoffset",
          "_include",
          "_lastUpdated",
          "_offset",
          "_outputFormat",
          "_pretty",
          "_profile",
          "_repeats",
          "_revinclude",
          "_security",
          "_since",
          "_sort",
          "_source",
          "_summary",
          "_tag",
          "_text",
          "_total",
          "_type",
          "_until",
          "_zone",
          "end",
          "purpose",
          "start");

  /** The parameter of this name in a search for a type. */
  static AskedParameter of(String searched, String name) {
    String type = searched;
    ChainName read = ChainName.of(name);
    while (!(read instanceof ChainName.Plain plain)) {
      if (read instanceof ChainName.Forward chain) {
        type = chain.type().orElse(chain.parameter().equals("patient") ? PATIENT : "");
        read = ChainName.of(chain.rest());
      } else if (read instanceof ChainName.Reverse reverse) {
        type = reverse.type();
        read = ChainName.of(reverse.rest());
      } else {
        return new AskedParameter("", "", "");
      }
    }
    return new AskedParameter(type, plain.parameter(), plain.modifier().orElse(""));
  }

  /** Whether it asks for the id of a resource of its type. */
  boolean isId() {
    return parameter.equals(ID);
  }

  /** Whether an id alone is taken for a patient's: where the name says so, or nothing else fits. */
  boolean isOfPatients() {
    if (modifier.equals("missing")) {
      return false;
    }
    if (!modifier.isEmpty() && FHIR.getResourceTypes().contains(modifier)) {
      return modifier.equals(PATIENT);
    }
    return SCOPES.contains(parameter)
        || modifier.equals(PATIENT)
        || (isId() && type.equals(PATIENT))
        || (!isId()
            && !definitions().isEmpty()
            && definitions().stream().allMatch(this::asksPatients));
  }

  private boolean asksPatients(RuntimeResourceDefinition definition) {
    return Optional.ofNullable(definition.getSearchParam(parameter))
        .filter(found -> found.getTargets().equals(Set.of(PATIENT)))
        .isPresent();
  }

  /** Whether a value of it is, or may be, a reference or the id of a resource. */
  boolean mayName() {
    if (isId() || parameter.isEmpty()) {
      return true;
    }
    if (CONTROLS.contains(parameter)) {
      return false;
    }
    List<RuntimeResourceDefinition> asked = definitions();
    return asked.isEmpty() || !asked.stream().allMatch(this::isPlain);
  }

  /** Of its type, or where that is not said of all that have such a parameter. */
  private List<RuntimeResourceDefinition> definitions() {
    return FHIR.getResourceTypes().contains(type)
        ? List.of(FHIR.getResourceDefinition(type))
        : FHIR.getResourceTypes().stream()
            .<RuntimeResourceDefinition>map(FHIR::getResourceDefinition)
            .filter(definition -> definition.getSearchParam(parameter) != null)
            .toList();
  }

  private boolean isPlain(RuntimeResourceDefinition definition) {
    return Optional.ofNullable(definition.getSearchParam(parameter))
        .filter(found -> isPlain(definition, found))
        .isPresent();
  }

  private static boolean isPlain(RuntimeResourceDefinition definition, RuntimeSearchParam found) {
    if (found.getParamType() != RestSearchParameterTypeEnum.COMPOSITE) {
      return PLAIN.contains(found.getParamType());
    }
    return !found.getComponents().isEmpty()
        && found.getComponents().stream()
                .flatMap(part -> part(definition, part.getReference()))
                .filter(part -> PLAIN.contains(part.getParamType()))
                .count()
            == found.getComponents().size();
  }

  private static Stream<RuntimeSearchParam> part(RuntimeResourceDefinition of, String uri) {
    return of.getSearchParams().stream().filter(one -> uri.equals(one.getUri())).limit(1);
  }
}
