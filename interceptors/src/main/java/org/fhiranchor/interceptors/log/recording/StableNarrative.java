package org.fhiranchor.interceptors.log.recording;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.parser.IParser;
import java.util.Iterator;
import org.hl7.fhir.r4.model.Basic;
import org.hl7.fhir.r4.model.Narrative;
import org.hl7.fhir.utilities.xhtml.NodeType;
import org.hl7.fhir.utilities.xhtml.XhtmlNode;

/**
 * Brings a narrative into a form that JSON and XML return alike. HAPI lays comments and CDATA out
 * anew at each encoding, and XML joins white space: comments go, CDATA becomes text, and white
 * space is what XML leaves of it.
 */
final class StableNarrative {
  private static final int MOST_ROUNDS = 4;

  private final FhirContext context;

  StableNarrative(FhirContext context) {
    this.context = context;
  }

  /** Changes the narrative where it has to; false when no form of it stays. */
  boolean settle(Narrative narrative) {
    clean(narrative.getDiv());
    String now = narrative.getDivAsString();
    for (int round = 0; round < MOST_ROUNDS; round++) {
      String next = throughXml(now);
      if (next.equals(now)) {
        narrative.setDivAsString(now);
        return true;
      }
      now = next;
    }
    return false;
  }

  private static void clean(XhtmlNode node) {
    if (!node.hasChildren()) {
      return;
    }
    for (Iterator<XhtmlNode> children = node.getChildNodes().iterator(); children.hasNext(); ) {
      XhtmlNode child = children.next();
      NodeType type = child.getNodeType();
      if (type == NodeType.Comment || type == NodeType.Instruction || type == NodeType.DocType) {
        children.remove();
      } else if (type == NodeType.CData) {
        child.setNodeType(NodeType.Text);
      }
      clean(child);
    }
  }

  private String throughXml(String div) {
    Basic carrier = new Basic();
    carrier.getText().setDivAsString(div);
    IParser xml = context.newXmlParser();
    Basic back = xml.parseResource(Basic.class, xml.encodeResourceToString(carrier));
    return String.valueOf(back.getText().getDivAsString());
  }
}
