package org.fhiranchor.interceptors.gate;

import ca.uhn.fhir.parser.DataFormatException;
import ca.uhn.fhir.rest.api.Constants;
import ca.uhn.fhir.rest.api.EncodingEnum;
import ca.uhn.fhir.rest.api.RequestTypeEnum;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.rest.server.exceptions.InvalidRequestException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.r4.model.Parameters;
import org.hl7.fhir.r4.model.Parameters.ParametersParameterComponent;
import org.hl7.fhir.r4.model.Reference;

/**
 * The parameters of an operation that writes its answer itself: those of the URL or form and those
 * of a {@code Parameters} body, which mean the same (hl7.org/fhir/R4/operations.html#executing).
 */
public final class OperationParameters {
  private static final String WANTED = "the body: want Parameters, a form, or none";

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
    body(request)
        .map(OperationParameters::parts)
        .orElse(List.of())
        .forEach(
            part ->
                values
                    .computeIfAbsent(String.valueOf(part.getName()), first -> new ArrayList<>())
                    .add(value(part)));
    return new OperationParameters(values);
  }

  private static List<ParametersParameterComponent> parts(IBaseResource body) {
    if (body instanceof Parameters parameters) {
      return parameters.getParameter();
    }
    throw new InvalidRequestException(WANTED);
  }

  /**
   * What HAPI made of the body, or of an operation that reads its request itself, without which
   * HAPI takes no form, what the body holds.
   */
  private static Optional<IBaseResource> body(RequestDetails request) {
    if (request.getResource() != null || request.getRequestType() != RequestTypeEnum.POST) {
      return Optional.ofNullable(request.getResource());
    }
    String type = Optional.ofNullable(request.getHeader(Constants.HEADER_CONTENT_TYPE)).orElse("");
    String body = new String(request.loadRequestContents(), StandardCharsets.UTF_8);
    if (type.startsWith(Constants.CT_X_FORM_URLENCODED) || body.isBlank()) {
      return Optional.empty();
    }
    EncodingEnum encoding = EncodingEnum.forContentType(type);
    if (encoding == null) {
      throw new InvalidRequestException(WANTED);
    }
    try {
      return Optional.of(encoding.newParser(request.getFhirContext()).parseResource(body));
    } catch (DataFormatException unreadable) {
      throw new InvalidRequestException(WANTED, unreadable);
    }
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

  /**
   * Refuses every other name: left out, a mistyped one would be answered with more than was meant.
   */
  public void requireKnown(Set<String> known) {
    if (!known.containsAll(values.keySet())) {
      throw new InvalidRequestException("parameters: want " + new TreeSet<>(known));
    }
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

  /**
   * The number of this name, or the usual one.
   *
   * @throws InvalidRequestException when it is none, or out of bounds
   */
  public int number(String name, int usual, int least, int most) {
    String text = only(name).orElse(Integer.toString(usual));
    if (!text.matches("[0-9]{1,9}")
        || Integer.parseInt(text) < least
        || Integer.parseInt(text) > most) {
      throw new InvalidRequestException(
          "%s: want a number from %d to %d".formatted(name, least, most));
    }
    return Integer.parseInt(text);
  }
}
