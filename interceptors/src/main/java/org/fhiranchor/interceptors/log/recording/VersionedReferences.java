package org.fhiranchor.interceptors.log.recording;

import ca.uhn.fhir.context.BaseRuntimeChildDefinition;
import ca.uhn.fhir.context.BaseRuntimeElementCompositeDefinition;
import ca.uhn.fhir.context.BaseRuntimeElementDefinition;
import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.context.RuntimeChildExtension;
import ca.uhn.fhir.interceptor.api.Hook;
import ca.uhn.fhir.interceptor.api.Interceptor;
import ca.uhn.fhir.interceptor.api.Pointcut;
import ca.uhn.fhir.parser.IParser;
import ca.uhn.fhir.rest.server.exceptions.UnprocessableEntityException;
import ca.uhn.fhir.util.ResourceReferenceInfo;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.hl7.fhir.instance.model.api.IBaseReference;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the version in a reference ({@code Patient/1/_history/2}), which HAPI drops in silence
 * where nobody tells it to keep it. HAPI keeps it in elements that are named one by one, so all of
 * R4's are named, but for choices of types and extensions, which HAPI cannot name. What it would
 * drop all the same is refused.
 */
@Interceptor
public final class VersionedReferences {
  /** Types inside of which a reference says nothing about the resource, and types of HAPI's own. */
  private static final Set<String> NOT_ENTERED =
      Set.of("Extension", "Identifier", "Meta", "Narrative", "Reference");

  private static final int DEEPEST = 8;

  private final FhirContext context;

  /** Has this context keep versions from now on, whoever reads or writes with it. */
  public VersionedReferences(FhirContext context) {
    this.context = context;
    Set<String> kept =
        new HashSet<>(context.getParserOptions().getDontStripVersionsFromReferencesAtPaths());
    kept.addAll(paths(context));
    context.getParserOptions().setDontStripVersionsFromReferencesAtPaths(kept);
  }

  /** Before a create is stored. */
  @Hook(Pointcut.STORAGE_PRESTORAGE_RESOURCE_CREATED)
  public void created(IBaseResource resource) {
    refuseLost(resource);
  }

  /** Before an update is stored. */
  @Hook(Pointcut.STORAGE_PRESTORAGE_RESOURCE_UPDATED)
  public void updated(@Nullable IBaseResource before, IBaseResource after) {
    refuseLost(after);
  }

  private void refuseLost(IBaseResource resource) {
    List<String> wanted = versioned(resource);
    if (wanted.isEmpty()) {
      return;
    }
    IParser parser = context.newJsonParser();
    List<String> lost = new ArrayList<>(wanted);
    versioned(parser.parseResource(parser.encodeResourceToString(resource))).forEach(lost::remove);
    if (!lost.isEmpty()) {
      throw new UnprocessableEntityException(
          "element %s: want a reference without a version (/_history/…), which is not kept there"
              .formatted(lost.stream().distinct().collect(Collectors.joining(", "))));
    }
  }

  /** The names of the elements that hold a reference with a version, each as often as it does. */
  private List<String> versioned(IBaseResource resource) {
    return context.newTerser().getAllResourceReferences(resource).stream()
        .filter(info -> info.getResourceReference().getReferenceElement().hasVersionIdPart())
        .map(ResourceReferenceInfo::getName)
        .toList();
  }

  /** Every element that holds references and nothing else, as {@code Provenance.target}. */
  static Set<String> paths(FhirContext context) {
    Set<String> paths = new HashSet<>();
    for (String type : context.getResourceTypes()) {
      add(context.getResourceDefinition(type), type, 1, paths);
    }
    return paths;
  }

  private static void add(
      BaseRuntimeElementCompositeDefinition<?> of, String path, int depth, Set<String> paths) {
    for (BaseRuntimeChildDefinition child : of.getChildren()) {
      String name = child.getElementName();
      if (child instanceof RuntimeChildExtension || !child.getValidChildNames().contains(name)) {
        continue;
      }
      BaseRuntimeElementDefinition<?> element = child.getChildByName(name);
      if (IBaseReference.class.isAssignableFrom(element.getImplementingClass())) {
        paths.add(path + "." + name);
      } else if (element instanceof BaseRuntimeElementCompositeDefinition<?> inner
          && depth < DEEPEST
          && !NOT_ENTERED.contains(element.getName())) {
        add(inner, path + "." + name, depth + 1, paths);
      }
    }
  }
}
