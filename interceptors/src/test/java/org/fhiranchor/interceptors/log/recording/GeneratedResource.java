package org.fhiranchor.interceptors.log.recording;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.Set;

/**
 * One Observation made at random, in JSON or XML: every primitive type in spellings that clients
 * use and misuse, narratives, contained resources, extensions in extensions.
 */
record GeneratedResource(String id, boolean xml, String body) {
  private static final String[] NUMBERS = {
    "1",
    "0",
    "-0",
    "1.0",
    "1.00",
    "-1.5",
    "1E3",
    "1e3",
    "1.0E+2",
    "1e-7",
    "0E5",
    "0e10",
    "-0.0",
    "0.0000001",
    "100E-2",
    "123456789012345678901234567890.1234567890",
    "1E30",
    "1E-30",
    "9.99E2",
    "1E299",
    "1E-299",
    "1E400",
    "1E-400",
    "1E999999999",
    "1E-999999999",
    "5E-324"
  };
  private static final String[] XML_NUMBERS = {"00.1", "+1", ".5", "1.", "007", "+0.0E+1"};
  private static final Set<String> MUST_HAVE_A_VALUE = Set.of("id", "url", "div");
  private static final String[] NOT_NUMBERS = {"NaN", "1,5", "0x10", " 1", ""};
  private static final String[] PIECES = {
    "a",
    "B",
    " ",
    "  ",
    "\t",
    "\n",
    "\r",
    "\r\n",
    "é",
    "ß",
    "\u0085",
    "\u00a0",
    "\u2028",
    "\u200b",
    "\ud83d\ude00",
    "\ufeff",
    "<",
    ">",
    "&",
    "&amp;",
    "\"",
    "'",
    "\\",
    "/",
    "]]>",
    "<!--",
    "\u007f",
    "\udbff\udfff",
    "\ufffd",
    "#",
    "http://x",
    "urn:uuid:1"
  };
  private static final String[] BAD_PIECES = {
    "\u0000", "\u0001", "\u001f", "\ud800", "\udc00", "\ufffe", "\uffff"
  };
  private static final String[] TIMES = {
    "2020",
    "2020-02",
    "2020-02-29",
    "2020-02-30",
    "2020-01-01T00:00:00Z",
    "2020-01-01T00:00:00+00:00",
    "2020-01-01T23:59:59.9-03:30",
    "2020-01-01T00:00:00.1234567+01:00",
    "2020-01-01T00:00Z",
    "2020-01-01T24:00:00Z",
    "2020-1-1",
    " 2020-01-01",
    "2020-01-01 "
  };
  private static final String[] NARRATIVES = {
    "x",
    "a   b\n  c",
    "<p>  a <b> b</b>  c </p>",
    "<![CDATA[a < b & c]]>",
    "<!-- c --><p>x</p>",
    "<p>x<!-- c -->y</p>",
    "&#8364;&#x1F600;",
    "<br/>",
    "<b></b>",
    "<pre>\n a\n  b</pre>",
    "<p title=\"a &quot; b\">x</p>",
    "<a href=\"#x\">&lt;x&gt;</a>",
    "&amp;amp;",
    "<?pi x?>y",
    "<table><tr><td> 1 </td>\n<td>2</td></tr></table>",
    "<p>a]]&gt;b</p>",
    "<p>&#13;x&#10;y</p>",
    "\u00a0 x",
    "<p class='c'>'\"</p>",
    "<img alt=\"a\" src=\"http://x/y?a=1&amp;b=2\"/>"
  };

  /** The resource of this number in the series of this seed. */
  static GeneratedResource of(long seed, int number) {
    Random pick = new Random(seed * 1_000_003 + number);
    boolean xml = pick.nextBoolean();
    String id = "g%d-%d".formatted(Math.abs(seed % 100_000), number);
    return new GeneratedResource(id, xml, new Writer(pick, xml).observation(id));
  }

  String contentType() {
    return xml ? "application/fhir+xml" : "application/fhir+json";
  }

  /** Writes elements in one of the two syntaxes. */
  private static final class Writer {
    private final Random pick;
    private final boolean xml;

    Writer(Random pick, boolean xml) {
      this.pick = pick;
      this.xml = xml;
    }

    String observation(String id) {
      List<String> parts = new ArrayList<>();
      parts.add(primitive("id", id));
      if (pick.nextInt(3) == 0) {
        parts.add(narrative());
      }
      if (pick.nextInt(5) == 0) {
        parts.add(contained());
      }
      parts.add(list("extension", extensions(1 + pick.nextInt(4), 2)));
      parts.add(primitive("status", "final"));
      List<String> code = new ArrayList<>();
      if (pick.nextInt(3) == 0) {
        code.add(coding());
      }
      code.add(primitive("text", text()));
      parts.add(object("code", code));
      if (pick.nextBoolean()) {
        parts.add(primitive("effectiveDateTime", one(TIMES)));
      }
      parts.add(object("valueQuantity", List.of(number("value"), primitive("unit", text()))));
      String inside = join(parts);
      return xml
          ? "<Observation xmlns=\"http://hl7.org/fhir\">" + inside + "</Observation>"
          : "{\"resourceType\":\"Observation\"," + inside + "}";
    }

    private String narrative() {
      String div = "<div xmlns=\"http://www.w3.org/1999/xhtml\">" + one(NARRATIVES) + "</div>";
      if (xml) {
        return "<text><status value=\"generated\"/>" + div + "</text>";
      }
      return object("text", List.of(primitive("status", "generated"), primitive("div", div)));
    }

    private String coding() {
      String inside =
          join(List.of(primitive("system", "http://loinc.org"), primitive("code", "8867-4")));
      return xml ? "<coding>" + inside + "</coding>" : "\"coding\":[{" + inside + "}]";
    }

    private String contained() {
      return xml
          ? "<contained><Patient><id value=\"c1\"/></Patient></contained><subject><reference"
              + " value=\"#c1\"/></subject>"
          : "\"contained\":[{\"resourceType\":\"Patient\",\"id\":\"c1\"}],\"subject\":{\"reference\":\"#c1\"}";
    }

    private List<List<String>> extensions(int count, int depth) {
      List<List<String>> all = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        String url = pick.nextInt(40) == 0 ? "/relative" : "http://example.org/e" + i;
        List<String> inside =
            depth > 0 && pick.nextInt(4) == 0
                ? List.of(list("extension", extensions(1, depth - 1)))
                : List.of(value());
        List<String> extension = new ArrayList<>();
        extension.add(xml ? " url=\"" + url + "\"" : primitive("url", url));
        extension.addAll(inside);
        all.add(extension);
      }
      return all;
    }

    private String value() {
      return switch (pick.nextInt(11)) {
        case 0, 1 -> number("valueDecimal");
        case 2 -> primitive("valueString", text());
        case 3 -> primitive("valueDateTime", one(TIMES));
        case 4 -> primitive("valueUri", text());
        case 5 -> primitive("valueMarkdown", text());
        case 6 -> literal("valueInteger", pick.nextInt(9) == 0 ? "1e2" : "" + pick.nextInt());
        case 7 -> literal("valueBoolean", "" + pick.nextBoolean());
        case 8 -> primitive("valueBase64Binary", pick.nextBoolean() ? "YQ==" : "Y Q\n==");
        case 9 -> primitive("valueTime", "12:00:0" + pick.nextInt(10) + ".50");
        default -> primitive("valueCode", "c" + pick.nextInt(9));
      };
    }

    private String number(String name) {
      int kind = pick.nextInt(20);
      String number = one(NUMBERS);
      if (kind == 0) {
        return primitive(name, one(NOT_NUMBERS));
      }
      if (kind < 4) {
        return primitive(name, number);
      }
      return xml && kind < 7 ? primitive(name, one(XML_NUMBERS)) : literal(name, number);
    }

    private String text() {
      StringBuilder text = new StringBuilder();
      for (int i = pick.nextInt(6) + 1; i > 0; i--) {
        text.append(pick.nextInt(150) == 0 ? one(BAD_PIECES) : one(PIECES));
      }
      return text.toString();
    }

    private String one(String[] from) {
      return from[pick.nextInt(from.length)];
    }

    private String primitive(String name, String value) {
      if (!MUST_HAVE_A_VALUE.contains(name) && pick.nextInt(20) == 0) {
        return hollow(name);
      }
      if (xml) {
        return "<%s value=\"%s\"/>".formatted(name, escaped(value, "&#x%x;"));
      }
      return "\"%s\":\"%s\"".formatted(name, escaped(value, "\\u%04x"));
    }

    /** An extension alone, where a value is expected. */
    private String hollow(String name) {
      return xml
          ? "<%s><extension url=\"http://x\"><valueCode value=\"y\"/></extension></%s>"
              .formatted(name, name)
          : "\"_%s\":{\"extension\":[{\"url\":\"http://x\",\"valueCode\":\"y\"}]}".formatted(name);
    }

    private String literal(String name, String value) {
      return xml ? primitive(name, value) : "\"%s\":%s".formatted(name, value);
    }

    private String object(String name, List<String> parts) {
      return xml
          ? "<%s>%s</%s>".formatted(name, join(parts), name)
          : "\"%s\":{%s}".formatted(name, join(parts));
    }

    private String list(String name, List<List<String>> items) {
      StringBuilder all = new StringBuilder(xml ? "" : "\"" + name + "\":[");
      for (int i = 0; i < items.size(); i++) {
        List<String> item = items.get(i);
        if (xml) {
          all.append("<%s%s>%s</%s>".formatted(name, item.get(0), item.get(1), name));
        } else {
          all.append(i == 0 ? "{" : ",{").append(join(item)).append('}');
        }
      }
      return all.append(xml ? "" : "]").toString();
    }

    private String join(List<String> parts) {
      return String.join(xml ? "" : ",", parts);
    }

    /** Everything but letters and digits as a numbered escape: the syntax itself stays valid. */
    private String escaped(String value, String form) {
      StringBuilder out = new StringBuilder();
      for (int i = 0; i < value.length(); ) {
        int c = xml ? value.codePointAt(i) : value.charAt(i);
        boolean plain =
            (c < 0x80 && Character.isLetterOrDigit(c)) || c == '.' || c == '-' || c == '+';
        out.append(plain ? Character.toString(c) : form.formatted(c).toLowerCase(Locale.ROOT));
        i += Character.charCount(c);
      }
      return out.toString();
    }
  }
}
