package org.fhiranchor.interceptors.log.recording;

import ca.uhn.fhir.rest.server.exceptions.UnprocessableEntityException;
import java.math.BigDecimal;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.hl7.fhir.r4.model.Base;
import org.hl7.fhir.r4.model.Base64BinaryType;
import org.hl7.fhir.r4.model.BaseDateTimeType;
import org.hl7.fhir.r4.model.DecimalType;
import org.hl7.fhir.r4.model.DomainResource;
import org.hl7.fhir.r4.model.Extension;
import org.hl7.fhir.r4.model.Narrative;
import org.hl7.fhir.r4.model.PrimitiveType;
import org.hl7.fhir.r4.model.Property;
import org.hl7.fhir.r4.model.Resource;

/** Walks one resource, everything inside it included, and names the element that cannot stay. */
final class StableElements {
  /** Digits before and after the point; beyond it indexes overflow and plain forms fill memory. */
  static final int MAX_DIGITS = 300;

  /** What JSON can hold as a number, too (FHIR R4, datatype decimal). */
  private static final Pattern DECIMAL =
      Pattern.compile("-?(0|[1-9][0-9]*)(\\.[0-9]+)?([eE][+-]?[0-9]+)?");

  private static final Set<String> COMMON =
      Set.of(
          "id",
          "meta",
          "implicitRules",
          "language",
          "text",
          "contained",
          "extension",
          "modifierExtension");

  private final StableNarrative narratives;
  private final Deque<String> path = new ArrayDeque<>();

  StableElements(StableNarrative narratives) {
    this.narratives = narratives;
  }

  void check(Resource resource) {
    path.addLast(resource.fhirType());
    element(resource);
    path.removeLast();
  }

  private void element(Base element) {
    // Not stored; an answer that echoes what was sent would show them.
    element.getFormatCommentsPre().clear();
    element.getFormatCommentsPost().clear();
    if (element instanceof PrimitiveType<?> primitive) {
      primitive(primitive);
    } else if (element instanceof Narrative narrative) {
      narrative(narrative);
    } else if (element instanceof Extension extension) {
      extension(extension);
    }
    if (element instanceof Resource resource) {
      common(resource);
    }
    for (Property property : element.children()) {
      if (!(element instanceof Resource && COMMON.contains(property.getName()))) {
        inside(property.getName(), property.getValues());
      }
    }
  }

  /** What every resource has: {@code children()} of PlanDefinition and its like leave it out. */
  private void common(Resource resource) {
    if ("contained".equals(path.peekLast()) && resource.getMeta().hasSecurity()) {
      // HAPI leaves it out of what it stores, and FHIR forbids it (dom-5): it would protect
      // nothing.
      path.addLast("meta");
      path.addLast("security");
      throw refusal("want no label in a contained resource, but on the one that contains it");
    }
    inside("id", resource.hasId() ? List.of(resource.getIdElement()) : List.of());
    inside("meta", resource.hasMeta() ? List.of(resource.getMeta()) : List.of());
    inside("implicitRules", List.of(resource.getImplicitRulesElement()));
    inside("language", List.of(resource.getLanguageElement()));
    if (resource instanceof DomainResource domain) {
      inside("text", domain.hasText() ? List.of(domain.getText()) : List.of());
      containedOnce(domain);
      inside("contained", domain.getContained());
      inside("extension", domain.getExtension());
      inside("modifierExtension", domain.getModifierExtension());
    }
  }

  /** HAPI stores one of those that go by the same id. */
  private void containedOnce(DomainResource domain) {
    Set<String> ids = new HashSet<>();
    for (Resource contained : domain.getContained()) {
      String id = contained.getIdElement().getValue();
      if (id != null && !ids.add(id.startsWith("#") ? id.substring(1) : id)) {
        path.addLast("contained");
        path.addLast("id");
        throw refusal("want contained resources with an id each of their own");
      }
    }
  }

  private void inside(String name, List<? extends Base> values) {
    path.addLast(name);
    values.forEach(this::element);
    path.removeLast();
  }

  private void primitive(PrimitiveType<?> primitive) {
    if (primitive instanceof Base64BinaryType) {
      return;
    }
    String text = primitive.getValueAsString();
    if (text == null) {
      return;
    }
    characters(text);
    if (text.isBlank()) {
      throw refusal("want more than white space");
    }
    if (primitive.hasId() && !primitive.hasExtension()) {
      throw refusal("want no id of a value without an extension: it would not be kept");
    }
    if (primitive instanceof DecimalType decimal && decimal.getValue() != null) {
      if (!DECIMAL.matcher(text).matches()) {
        throw refusal("want a decimal as FHIR spells it, such as 0.50 or -1.0E+2");
      }
      number(decimal.getValue());
      // As it is stored, without an exponent.
      decimal.setValue(new BigDecimal(decimal.getValue().toPlainString()));
    } else if (primitive instanceof BaseDateTimeType && !text.equals(text.strip())) {
      throw refusal("want a time without white space around it");
    }
  }

  private void number(BigDecimal value) {
    long whole = (long) value.precision() - value.scale();
    if (whole > MAX_DIGITS || value.scale() > MAX_DIGITS || value.precision() > MAX_DIGITS) {
      throw refusal(
          "want a number of at most " + MAX_DIGITS + " digits before and after the point");
    }
  }

  /**
   * HAPI puts its own address before a relative URL: another one by each address it is read under.
   * An extension with nothing in it (FHIR's ext-1) goes from XML, and in JSON it stays.
   */
  private void extension(Extension extension) {
    if (!extension.hasValue() && !extension.hasExtension()) {
      throw refusal("want a value or other extensions in it");
    }
    String url = extension.getUrl();
    if (url != null && url.startsWith("/")) {
      path.addLast("url");
      throw refusal("want an absolute URL");
    }
  }

  private void narrative(Narrative narrative) {
    if (!narrative.hasDiv()) {
      return;
    }
    path.addLast("div");
    characters(String.valueOf(narrative.getDivAsString()));
    if (!narratives.settle(narrative)) {
      throw refusal("JSON and XML would not return this narrative alike");
    }
    path.removeLast();
  }

  /** What XML 1.0 can hold. */
  private void characters(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean pair =
          Character.isHighSurrogate(c)
              && i + 1 < text.length()
              && Character.isLowSurrogate(text.charAt(i + 1));
      if (pair) {
        i++;
      } else if (!isXml(c)) {
        throw refusal(
            "want no control character and no half of a surrogate pair, got U+%04X at %d"
                .formatted((int) c, i));
      }
    }
  }

  private static boolean isXml(char c) {
    return c >= 0x20
        ? !Character.isSurrogate(c) && c < 0xfffe
        : c == '\t' || c == '\n' || c == '\r';
  }

  private UnprocessableEntityException refusal(String want) {
    StringBuilder where = new StringBuilder();
    for (Iterator<String> names = path.iterator(); names.hasNext(); ) {
      where.append(names.next()).append(names.hasNext() ? "." : "");
    }
    return new UnprocessableEntityException(where + ": " + want);
  }
}
