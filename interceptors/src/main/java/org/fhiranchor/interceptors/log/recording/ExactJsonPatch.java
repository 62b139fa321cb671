package org.fhiranchor.interceptors.log.recording;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.interceptor.api.Hook;
import ca.uhn.fhir.interceptor.api.Interceptor;
import ca.uhn.fhir.interceptor.api.Pointcut;
import ca.uhn.fhir.interceptor.model.PrePatchDetails;
import ca.uhn.fhir.parser.DataFormatException;
import ca.uhn.fhir.rest.api.PatchTypeEnum;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.rest.server.exceptions.InternalErrorException;
import ca.uhn.fhir.rest.server.exceptions.UnprocessableEntityException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import com.github.fge.jsonpatch.JsonPatch;
import com.github.fge.jsonpatch.JsonPatchException;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.r4.model.DecimalType;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the digits of decimals through a JSON Patch (RFC 6902). HAPI reads the resource and the
 * patch with binary floating point: {@code 1.10} becomes {@code 1.1}, and long numbers others. The
 * same patch is applied here with numbers as text, and its decimals are put into what HAPI made.
 * Whether the patch fits is HAPI's to say. Belongs in the JPA registry.
 */
@Interceptor
public final class ExactJsonPatch {
  private static final String KEY = ExactJsonPatch.class.getName();

  /** Before everybody who looks at the new version. */
  private static final int FIRST = -1_000_000;

  /** In front of a number that stands as a text; no FHIR text may hold it. */
  private static final String MARK = "\u0001";

  private static final JsonNodeFactory EXACT = new JsonNodeFactory(true);

  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .nodeFactory(EXACT)
          .build();

  private final FhirContext context;

  /** For resources of this FHIR version. */
  public ExactJsonPatch(FhirContext context) {
    this.context = context;
  }

  /**
   * What a patch makes.
   *
   * @param decimals in the order of the resource; empty where the patch does not fit
   */
  private record Patched(String name, Optional<List<String>> decimals) {}

  /** A patch is about to be applied. */
  @Hook(Pointcut.STORAGE_PRESTORAGE_RESOURCE_PREPATCH)
  public void patching(@Nullable RequestDetails request, PrePatchDetails patch) {
    if (patch.getPatchType() != PatchTypeEnum.JSON_PATCH) {
      return;
    }
    if (request == null) {
      throw new InternalErrorException("a JSON Patch without a request");
    }
    IBaseResource resource = patch.getResource();
    Optional<List<String>> exact = decimals(resource, patch.getPatchBody());
    request.getUserData().put(KEY, new Patched(name(resource), exact));
  }

  /** The patched resource is about to be stored. */
  @Hook(value = Pointcut.STORAGE_PRESTORAGE_RESOURCE_UPDATED, order = FIRST)
  public void patched(
      @Nullable RequestDetails request, @Nullable IBaseResource before, IBaseResource after) {
    if (request != null
        && request.getUserData().remove(KEY) instanceof Patched exact
        && exact.name().equals(name(after))) {
      List<DecimalType> made = decimals(after);
      List<String> wanted =
          exact
              .decimals()
              .filter(all -> all.size() == made.size())
              .orElseThrow(
                  () ->
                      new UnprocessableEntityException(
                          "JSON Patch: its decimals cannot be kept here; use a FHIRPath Patch"));
      for (int i = 0; i < made.size(); i++) {
        made.get(i).setValueAsString(wanted.get(i));
      }
    }
  }

  private static String name(IBaseResource resource) {
    return resource.fhirType() + "/" + resource.getIdElement().getIdPart();
  }

  private List<DecimalType> decimals(IBaseResource resource) {
    return context.newTerser().getAllPopulatedChildElementsOfType(resource, DecimalType.class);
  }

  /** Those of the patched resource, in its order; empty where the patch does not fit. */
  @SuppressWarnings("deprecation") // HAPI reads patches by it, too
  private Optional<List<String>> decimals(IBaseResource resource, String patch) {
    try {
      JsonNode operations = marked(JSON.readTree(patch));
      // Whether a test holds is for HAPI to say: it compares numbers, and there are none here.
      if (operations instanceof ArrayNode all) {
        all.removeIf(operation -> operation.path("op").asText().equals("test"));
      }
      JsonNode document =
          marked(JSON.readTree(context.newJsonParser().encodeResourceToString(resource)));
      JsonNode result = unmarked(JsonPatch.fromJson(operations).apply(document));
      return Optional.of(
          decimals(
                  context
                      .newJsonParser()
                      .parseResource(resource.getClass(), JSON.writeValueAsString(result)))
              .stream()
              .map(DecimalType::getValueAsString)
              .toList());
    } catch (IOException | JsonPatchException | DataFormatException unfit) {
      // HAPI is about to refuse it, in its own words; where it does not, patched() does.
      return Optional.empty();
    }
  }

  private static JsonNode marked(JsonNode node) {
    // A number that nobody can write out is left to HAPI, which refuses it.
    return node.isFloatingPointNumber()
            && Math.abs(node.decimalValue().scale()) <= StableElements.MAX_DIGITS
        ? TextNode.valueOf(MARK + node.decimalValue().toPlainString())
        : each(node, ExactJsonPatch::marked);
  }

  private static JsonNode unmarked(JsonNode node) {
    return node.isTextual() && node.textValue().startsWith(MARK)
        ? EXACT.numberNode(new BigDecimal(node.textValue().substring(MARK.length())))
        : each(node, ExactJsonPatch::unmarked);
  }

  /** The same object or array with each of its values changed. */
  private static JsonNode each(JsonNode node, Function<JsonNode, JsonNode> change) {
    if (node instanceof ObjectNode object) {
      for (Iterator<String> names = object.fieldNames(); names.hasNext(); ) {
        String name = names.next();
        object.replace(name, change.apply(object.get(name)));
      }
    } else if (node instanceof ArrayNode array) {
      for (int i = 0; i < array.size(); i++) {
        array.set(i, change.apply(array.get(i)));
      }
    }
    return node;
  }
}
