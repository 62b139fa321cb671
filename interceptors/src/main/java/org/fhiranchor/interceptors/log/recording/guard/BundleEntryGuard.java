package org.fhiranchor.interceptors.log.recording.guard;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.interceptor.api.Hook;
import ca.uhn.fhir.interceptor.api.Interceptor;
import ca.uhn.fhir.interceptor.api.Pointcut;
import ca.uhn.fhir.rest.annotation.Operation;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.rest.server.exceptions.InvalidRequestException;
import ca.uhn.fhir.rest.server.servlet.ServletRequestDetails;
import java.util.List;
import java.util.Optional;
import org.fhiranchor.interceptors.identity.BundleEntries;
import org.hl7.fhir.instance.model.api.IBaseBundle;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Bundle.BundleEntryComponent;
import org.hl7.fhir.r4.model.Bundle.HTTPVerb;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Resource;
import org.jspecify.annotations.Nullable;

/**
 * Refuses entries of a transaction or batch whose URL says something else than what HAPI would do
 * with them (REC-6). HAPI 8.8 runs no POSTed operation there: it stores what a {@code POST
 * Consent/1/$revoke} brings as a new Parameters resource, and takes {@code DELETE Consent/1/$x} for
 * {@code DELETE Consent/1}. A write of a version ({@code _history}) it takes for one of the
 * resource. Belongs on the JPA registry, once.
 */
@Interceptor
public final class BundleEntryGuard {
  /** For a transaction, for a batch as a whole, and for each entry of a batch by itself. */
  @Hook(Pointcut.STORAGE_TRANSACTION_PROCESSING)
  public void refuseEntries(@Nullable RequestDetails request, IBaseBundle bundle) {
    if (!(bundle instanceof Bundle entries) || BundleEntries.entriesFollow(entries, request)) {
      // One refused entry of a batch does not stop the others.
      return;
    }
    for (BundleEntryComponent entry : entries.getEntry()) {
      refuseOther(entry);
      refuseItself(entry);
      if (request instanceof ServletRequestDetails servlet) {
        refuseWrittenByItself(entry, servlet);
      }
    }
  }

  /** HAPI follows a reference of a resource to its own entry without an end. */
  private static void refuseItself(BundleEntryComponent entry) {
    String itself = entry.getFullUrl();
    if (itself != null && entry.getResource() != null && refersTo(entry.getResource(), itself)) {
      throw new InvalidRequestException("entry: its resource refers to the entry itself");
    }
  }

  private static boolean refersTo(Resource resource, String url) {
    return FhirContext.forR4Cached()
        .newTerser()
        .getAllPopulatedChildElementsOfType(resource, Reference.class)
        .stream()
        .anyMatch(reference -> url.equals(reference.getReference()));
  }

  private static void refuseWrittenByItself(
      BundleEntryComponent entry, ServletRequestDetails request) {
    HTTPVerb verb = entry.getRequest().getMethod();
    String url = entry.getRequest().getUrl();
    if ((verb == HTTPVerb.GET || verb == HTTPVerb.HEAD) && url != null && url.contains("$")) {
      Operation operation = BundleEntries.readBy(entry, request).getAnnotation(Operation.class);
      refuseUnless(
          operation == null || !operation.manualResponse(), "GET", "a bundle's answer", "$");
    }
  }

  private static void refuseOther(BundleEntryComponent entry) {
    HTTPVerb verb = entry.getRequest().getMethod();
    String path = path(Optional.ofNullable(entry.getRequest().getUrl()).orElse(""));
    if (verb == HTTPVerb.POST) {
      refuseUnless(path.isEmpty() || path.equals(type(entry)), "POST", type(entry), path);
    } else if (verb == HTTPVerb.HEAD) {
      refuseUnless(false, "HEAD", "GET", path);
    } else if (verb == HTTPVerb.PUT || verb == HTTPVerb.PATCH || verb == HTTPVerb.DELETE) {
      refuseUnless(isTypeOrInstance(path), verb.toCode(), "Type/id or Type?…", path);
    }
  }

  /** Without the condition, and without the slash that HAPI allows in front. */
  private static String path(String url) {
    int question = url.indexOf('?');
    String path = question < 0 ? url : url.substring(0, question);
    return path.startsWith("/") ? path.substring(1) : path;
  }

  private static String type(BundleEntryComponent entry) {
    // Not hasResource(): it says no of a resource that is there and has nothing in it.
    Resource resource = entry.getResource();
    return resource == null ? "the type of its resource" : resource.fhirType();
  }

  private static boolean isTypeOrInstance(String path) {
    List<String> parts = List.of(path.split("/", -1));
    return parts.size() <= 2 && parts.stream().noneMatch(part -> part.startsWith("$"));
  }

  private static void refuseUnless(boolean fine, String verb, String want, String got) {
    if (!fine) {
      throw new InvalidRequestException(
          "request.url of an entry with %s: want %s, got %s".formatted(verb, want, shape(got)));
    }
  }

  /** What the URL looks like, without what it names. */
  private static String shape(String path) {
    List<String> parts = List.of(path.split("/", -1));
    if (parts.stream().anyMatch(part -> part.startsWith("$"))) {
      return "an operation, which is no entry of a transaction or batch: call it by itself";
    }
    return parts.size() == 1 ? "another type" : "a path of " + parts.size() + " parts";
  }
}
