package org.fhiranchor.interceptors.store.scan;

import static java.nio.charset.StandardCharsets.UTF_8;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.context.RuntimeSearchParam;
import ca.uhn.fhir.jpa.searchparam.extractor.ISearchParamExtractor;
import ca.uhn.fhir.jpa.searchparam.extractor.PathAndRef;
import ca.uhn.fhir.parser.DataFormatException;
import ca.uhn.fhir.rest.api.RestSearchParameterTypeEnum;
import ca.uhn.fhir.rest.server.util.ISearchParamRegistry;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.fhiranchor.merkle.CanonicalFormException;
import org.fhiranchor.merkle.JsonValue;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.instance.model.api.IIdType;

/**
 * The links that HAPI makes of a resource. Where all of its reference parameters are plain paths
 * and all it refers to are resources here, they are read off the JSON; HAPI's own extraction, which
 * is slow, decides about the rest.
 */
final class ExpectedLinks {
  private static final Pattern PLAIN =
      Pattern.compile(
          "\\(?([A-Z][A-Za-z]+)((?:\\.[a-z][A-Za-z0-9]*)+)(?:\\.where\\(resolve\\(\\) is"
              + " ([A-Z][A-Za-z]+)\\)|( as Reference)\\)|\\.as\\(Reference\\)|)");

  private static final Pattern LOCAL =
      Pattern.compile("([A-Z][A-Za-z]+)/([A-Za-z0-9.-]{1,64})(?:/_history/([0-9]+))?");

  private static final int MOST_BYTES = 64 << 20;

  private final FhirContext context;
  private final ISearchParamRegistry parameters;
  private final ISearchParamExtractor extractor;
  private final Map<String, Optional<List<Path>>> paths = new ConcurrentHashMap<>();

  ExpectedLinks(
      FhirContext context, ISearchParamRegistry parameters, ISearchParamExtractor extractor) {
    this.context = context;
    this.parameters = parameters;
    this.extractor = extractor;
  }

  /**
   * A parameter's path.
   *
   * @param text as HAPI writes it into its table
   * @param names of the members on the way
   * @param target what it leads to alone
   * @param targets of the parameter; none for all
   */
  @SuppressWarnings("ArrayRecordComponent")
  private record Path(String text, String[] names, Optional<String> target, Set<String> targets) {
    boolean leadsTo(String type) {
      return target.map(type::equals).orElse(true) && (targets.isEmpty() || targets.contains(type));
    }
  }

  /** Read off the JSON; empty where that does not do. */
  Optional<Set<String>> atOnce(String type, String text) {
    Optional<List<Path>> known = paths.computeIfAbsent(type, this::paths);
    if (known.isEmpty()) {
      return Optional.empty();
    }
    try {
      JsonValue root = JsonValue.parse(text.getBytes(UTF_8), MOST_BYTES, 256);
      Set<String> links = new TreeSet<>();
      for (Path path : known.get()) {
        List<String> references = new ArrayList<>(1);
        if (!walk(root, path.names(), 0, references)
            || !references.stream().allMatch(one -> add(type, path, one, links))) {
          return Optional.empty();
        }
      }
      return Optional.of(links);
    } catch (CanonicalFormException unreadable) {
      return Optional.empty();
    }
  }

  private static boolean walk(JsonValue at, String[] names, int depth, List<String> references) {
    if (at instanceof JsonValue.Arr array) {
      return array.elements().stream().allMatch(one -> walk(one, names, depth, references));
    }
    if (!(at instanceof JsonValue.Obj object)) {
      return false;
    }
    if (depth < names.length) {
      JsonValue next = object.members().get(names[depth]);
      return next == null || walk(next, names, depth + 1, references);
    }
    if (object.members().get("reference") instanceof JsonValue.Str reference) {
      references.add(reference.text());
    }
    return true;
  }

  private static boolean add(String type, Path path, String reference, Set<String> links) {
    Matcher local = LOCAL.matcher(reference);
    if (!local.matches()) {
      return false;
    }
    if (path.leadsTo(local.group(1))) {
      links.add(type + " " + path.text() + " to " + local.group(1) + "/" + local.group(2));
    }
    // HAPI keeps or drops the version by its settings.
    return local.group(3) == null;
  }

  private Optional<List<Path>> paths(String type) {
    List<Path> plain = new ArrayList<>();
    for (RuntimeSearchParam parameter :
        parameters
            .getActiveSearchParams(type, ISearchParamRegistry.SearchParamLookupContextEnum.INDEX)
            .values()) {
      if (parameter.getParamType() != RestSearchParameterTypeEnum.REFERENCE) {
        continue;
      }
      for (String text : extractor.split(parameter.getPath())) {
        String trimmed = text.trim();
        Matcher matcher = PLAIN.matcher(trimmed);
        if (!matcher.matches()) {
          return Optional.empty();
        }
        if (matcher.group(1).equals(type)) {
          plain.add(path(trimmed, matcher, parameter.getTargets()));
        }
      }
    }
    return Optional.of(plain);
  }

  private static Path path(String text, Matcher matcher, Set<String> targets) {
    String[] names = matcher.group(2).substring(1).split("\\.", -1);
    if (text.contains("as Reference") || text.contains(".as(Reference)")) {
      names[names.length - 1] += "Reference";
    }
    return new Path(text, names, Optional.ofNullable(matcher.group(3)), Set.copyOf(targets));
  }

  /** As HAPI extracts them. */
  Set<String> byHapi(String text) {
    Set<String> links = new TreeSet<>();
    try {
      IBaseResource resource = context.newJsonParser().parseResource(text);
      String type = context.getResourceType(resource);
      for (PathAndRef found : extractor.extractResourceLinks(resource, false)) {
        if (found.getRef() != null && !found.getRef().getReferenceElement().isLocal()) {
          inWords(type, found).ifPresent(links::add);
        }
      }
    } catch (DataFormatException | IllegalArgumentException unreadable) {
      // The version's own finding says so; no link belongs to it.
      links.add("a text that can be read");
    }
    return links;
  }

  private Optional<String> inWords(String type, PathAndRef found) {
    IIdType id = found.getRef().getReferenceElement();
    String begin = type + " " + found.getPath() + " to ";
    if (found.isCanonical()) {
      return Optional.of(begin + id.getValue() + " as (unknown)");
    }
    String target = id.getResourceType();
    RuntimeSearchParam parameter =
        parameters.getActiveSearchParam(
            type,
            found.getSearchParamName(),
            ISearchParamRegistry.SearchParamLookupContextEnum.INDEX);
    boolean other =
        target == null
            || !context.getResourceTypes().contains(target)
            || !id.hasIdPart()
            || (parameter != null
                && parameter.hasTargets()
                && !parameter.getTargets().contains(target));
    if (other) {
      return Optional.empty();
    }
    if (id.hasBaseUrl()) {
      return Optional.of(begin + id.getValue() + " as " + target);
    }
    String version =
        id.hasVersionIdPart() && keepsVersion(found.getPath())
            ? " version " + id.getVersionIdPart()
            : "";
    return Optional.of(begin + target + "/" + id.getIdPart() + version);
  }

  private boolean keepsVersion(String path) {
    return context.getParserOptions().getDontStripVersionsFromReferencesAtPaths().stream()
        .anyMatch(
            kept ->
                path.equals(kept)
                    || path.matches(
                        Pattern.quote(kept) + "\\.where\\(resolve\\(\\) is [A-Z][a-zA-Z]*\\)"));
  }
}
