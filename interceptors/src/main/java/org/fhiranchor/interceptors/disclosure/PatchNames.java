package org.fhiranchor.interceptors.disclosure;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.regex.Pattern;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.fhiranchor.consent.decide.PatientId;

/**
 * The patients whom a JSON or XML Patch names in its texts: it is no resource, and where it is
 * refused nobody applies it (DIS-4).
 */
final class PatchNames {
  private static final Pattern PATIENT =
      Pattern.compile("(?<![A-Za-z0-9.-])Patient/([A-Za-z0-9.-]{1,64})(?![A-Za-z0-9.-])");

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final XMLInputFactory XML = factory();

  private final Set<PatientId> found = new LinkedHashSet<>();

  private PatchNames() {}

  private static XMLInputFactory factory() {
    XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
    factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
    factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
    factory.setProperty(XMLInputFactory.IS_COALESCING, true);
    return factory;
  }

  /** At most {@link AccessQuestion#MOST_NAMED} of them, whether they exist or not. */
  static Set<PatientId> in(byte[] patch) {
    PatchNames names = new PatchNames();
    String text = new String(patch, StandardCharsets.UTF_8);
    try {
      if (text.stripLeading().startsWith("<")) {
        names.addXml(text);
      } else {
        names.add(JSON.readTree(text));
      }
    } catch (JsonProcessingException | XMLStreamException unreadable) {
      // What cannot be read further is taken as it stands.
      names.add(text);
    }
    return names.found;
  }

  private void add(JsonNode node) {
    if (node.isTextual()) {
      add(node.textValue());
    }
    node.forEach(this::add);
  }

  private void addXml(String text) throws XMLStreamException {
    XMLStreamReader reader = XML.createXMLStreamReader(new StringReader(text));
    while (reader.hasNext()) {
      reader.next();
      if (reader.isStartElement()) {
        for (int i = 0; i < reader.getAttributeCount(); i++) {
          add(reader.getAttributeValue(i));
        }
      } else if (reader.isCharacters()) {
        add(reader.getText());
      }
    }
  }

  private void add(String text) {
    PATIENT
        .matcher(text)
        .results()
        .map(one -> one.group(1))
        .filter(PatientId::isValid)
        .map(PatientId::new)
        .limit(AccessQuestion.MOST_NAMED)
        .filter(one -> found.size() < AccessQuestion.MOST_NAMED)
        .forEach(found::add);
  }
}
