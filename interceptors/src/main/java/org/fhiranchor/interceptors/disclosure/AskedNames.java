package org.fhiranchor.interceptors.disclosure;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.context.RuntimeSearchParam;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.fhiranchor.consent.decide.PatientId;
import org.fhiranchor.interceptors.identity.ChainName;

/**
 * The resources that a search names by their ids, behind chains and {@code _has} too, whether they
 * exist or not (DIS-4). Patients are not among them: those are named by what FHIR gives to patients
 * alone.
 */
final class AskedNames {
  private static final FhirContext FHIR = FhirContext.forR4Cached();
  private static final Pattern ID = Pattern.compile("[A-Za-z0-9.-]{1,64}");
  private static final String BY_TYPE = "_type";

  /** What asks for no resource that its value would name. */
  private static final Set<String> NAMELESS = Set.of("identifier", "missing");

  private final Set<String> searched;
  private final Set<String> names = new LinkedHashSet<>();

  private AskedNames(Set<String> searched) {
    this.searched = searched;
  }

  /**
   * At most {@link AccessQuestion#MOST_NAMED} of them, such as {@code Observation/1}.
   *
   * @param type what is searched for; empty for all types
   */
  static Set<String> of(String type, Map<String, String[]> parameters) {
    AskedNames asked = new AskedNames(type.isEmpty() ? types(parameters) : Set.of(type));
    parameters.forEach((name, values) -> asked.add(type, name, values));
    return asked.names;
  }

  /** Those that a search for all types is limited to. */
  private static Set<String> types(Map<String, String[]> parameters) {
    Set<String> said =
        Optional.ofNullable(parameters.get(BY_TYPE)).stream()
            .flatMap(AskedNames::each)
            .filter(FHIR.getResourceTypes()::contains)
            .collect(Collectors.toCollection(TreeSet::new));
    return said.isEmpty() ? FHIR.getResourceTypes() : said;
  }

  private static Stream<String> each(String... values) {
    return Stream.of(values).flatMap(value -> Stream.of(value.split(",", -1)));
  }

  private void add(String type, String name, String... values) {
    AskedParameter asked = AskedParameter.of(type, name);
    if (!asked.mayName() || NAMELESS.contains(asked.modifier())) {
      return;
    }
    // where nothing else fits, an id alone is a patient's
    Set<String> alone = asked.isOfPatients() ? Set.of() : typesAtEnd(name);
    each(values)
        .forEach(
            value -> {
              AskedReference.of(value).ifPresent(one -> add(one.name()));
              if (ID.matcher(value).matches()) {
                alone.forEach(one -> add(one + "/" + value));
              }
            });
  }

  private void add(String name) {
    String type = name.substring(0, name.indexOf('/'));
    if (names.size() < AccessQuestion.MOST_NAMED
        && FHIR.getResourceTypes().contains(type)
        && !PatientId.isReference(name)) {
      names.add(name);
    }
  }

  /** Of which types the resource is whose id a parameter of this name asks for. */
  private Set<String> typesAtEnd(String name) {
    Set<String> types = searched;
    ChainName read = ChainName.of(name);
    while (!(read instanceof ChainName.Plain plain)) {
      if (read instanceof ChainName.Forward chain) {
        types = targets(types, chain.parameter(), chain.type());
        read = ChainName.of(chain.rest());
      } else if (read instanceof ChainName.Reverse reverse) {
        types = Set.of(reverse.type());
        read = ChainName.of(reverse.rest());
      } else {
        return Set.of();
      }
    }
    return plain.parameter().equals("_id")
        ? types
        : targets(types, plain.parameter(), plain.modifier());
  }

  /** What a parameter of these types may refer to: what it says itself, or FHIR of it. */
  private static Set<String> targets(Set<String> of, String parameter, Optional<String> said) {
    return said.filter(FHIR.getResourceTypes()::contains)
        .map(Set::of)
        .orElseGet(
            () ->
                of.stream()
                    .filter(FHIR.getResourceTypes()::contains)
                    .map(FHIR::getResourceDefinition)
                    .flatMap(type -> Stream.ofNullable(type.getSearchParam(parameter)))
                    .map(RuntimeSearchParam::getTargets)
                    .flatMap(Set::stream)
                    .collect(Collectors.toCollection(TreeSet::new)));
  }
}
