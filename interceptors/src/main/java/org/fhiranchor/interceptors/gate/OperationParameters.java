package org.fhiranchor.interceptors.gate;

import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.rest.server.exceptions.InvalidRequestException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.r4.model.Parameters;
import org.hl7.fhir.r4.model.Parameters.ParametersParameterComponent;
import org.hl7.fhir.r4.model.Reference;

/**
 * The parameters of an operation that writes its answer itself: those of the URL or form and those
 * of a {@code Parameters} body, which mean the same (hl7.org/fhir/R4/operations.html#executing).
 */
public final class OperationParameters {
  private final Map<String, List<String>> values;

  private OperationParameters(Map<String, List<String>> values) {
    this.values = values;
  }

  /**
   * Those of this request.
   *
   * @throws InvalidRequestException when its body holds something else than simple values
   */
  public static OperationParameters of(RequestDetails request) {
    Map<String, List<String>> values = new TreeMap<>();
    request
        .getParameters()
        .forEach(
            (name, given) ->
                // A name without a value is no name that was left out: it is a wrong one.
                values.put(
                    name,
                    new ArrayList<>(
                        given == null || given.length == 0 ? List.of("") : List.of(given))));
    IBaseResource body = request.getResource();
    if (body instanceof Parameters parameters) {
      for (ParametersParameterComponent part : parameters.getParameter()) {
        values
            .computeIfAbsent(String.valueOf(part.getName()), first -> new ArrayList<>())
            .add(value(part));
      }
    } else if (body != null) {
      throw new InvalidRequestException("the body: want Parameters, or none");
    }
    return new OperationParameters(values);
  }

  private static String value(ParametersParameterComponent part) {
    if (part.getValue() instanceof Reference reference && reference.getReference() != null) {
      return reference.getReference();
    }
    if (part.getValue() == null || !part.getValue().hasPrimitiveValue()) {
      throw new InvalidRequestException("the body: want a simple value for each parameter");
    }
    return part.getValue().primitiveValue();
  }

  /** What is named. */
  public Set<String> names() {
    return values.keySet();
  }

  /** All values of this name, in their order. */
  public List<String> all(String name) {
    return List.copyOf(values.getOrDefault(name, List.of()));
  }

  /**
   * The one value of this name.
   *
   * @throws InvalidRequestException when there are several
   */
  public Optional<String> only(String name) {
    List<String> all = all(name);
    if (all.size() > 1) {
      throw new InvalidRequestException(name + ": want one value");
    }
    return all.stream().findFirst();
  }
}
