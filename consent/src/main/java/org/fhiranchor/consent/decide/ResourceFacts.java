package org.fhiranchor.consent.decide;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What the decision needs to know of one resource version. Computed once per resource, decided many
 * times.
 *
 * @param names normalised references that the resource goes by: its own {@code "Type/id"}, and its
 *     carrier's when it stands inside a stored Bundle
 * @param governed whether consent rules over it at all
 * @param owners the patients whose consent is needed
 * @param types its own resource type, and the governed types in {@code contained}
 * @param labels codings and labels
 * @param clinicalTime when what it tells happened, by the table in the specification, and what is
 *     contained in it, as far as that says; empty when it does not say itself
 * @param links what it refers to
 * @param parts for a stored Bundle: its entries, each to be decided as well
 */
public record ResourceFacts(
    List<String> names,
    boolean governed,
    Owners owners,
    List<String> types,
    Labels labels,
    Optional<TimeSpan> clinicalTime,
    Links links,
    List<ResourceFacts> parts) {
  public ResourceFacts {
    names = List.copyOf(names);
    types = List.copyOf(types);
    parts = List.copyOf(parts);
  }

  /** The known patients of the resource and of all its parts. */
  public Set<PatientId> everyOwner() {
    Set<PatientId> all = new LinkedHashSet<>(owners.known());
    parts.forEach(part -> all.addAll(part.everyOwner()));
    return all;
  }

  /**
   * What of it carries a label that says that 42 CFR part 2 protects it: the whole, or the parts
   * that do.
   */
  public List<ResourceFacts> underPartTwo() {
    return labels.sayPartTwo()
        ? List.of(this)
        : parts.stream().flatMap(part -> part.underPartTwo().stream()).toList();
  }

  /**
   * The patients of a resource.
   *
   * @param known each patient that it names, or whose the resources are that it refers to
   * @param complete whether there is no further one that could not be made out
   * @param unknown whether there is one that was not looked for any further, whom no consent covers
   *     and no scope stands in for
   */
  public record Owners(List<PatientId> known, boolean complete, boolean unknown) {
    /** Nobody's. */
    public static final Owners NONE = new Owners(List.of(), true);

    /** Of somebody who could not be made out. */
    public static final Owners UNOWNED = new Owners(List.of(), false);

    /** Of an unknown patient (OWN-1). */
    public static final Owners UNKNOWN = new Owners(List.of(), false, true);

    /** Owners of whom none was left out. */
    public Owners(List<PatientId> known, boolean complete) {
      this(known, complete, false);
    }

    public Owners {
      known = List.copyOf(known);
    }
  }

  /**
   * Codings of a resource.
   *
   * @param codes every coding anywhere in it
   * @param security the security labels among them
   * @param documentTypes codings of what kind of document it is
   * @param confidentiality the highest level among the labels; the highest of all where a label is
   *     in a system that is not known
   * @param formats MIME types of what is attached, without parameters, in small letters
   * @param referred codings of the products that it refers to, which stand elsewhere
   */
  public record Labels(
      List<Code> codes,
      List<Code> security,
      List<Code> documentTypes,
      Confidentiality confidentiality,
      List<String> formats,
      Referred referred) {
    /** No coding at all. */
    public static final Labels NONE =
        new Labels(List.of(), List.of(), List.of(), Confidentiality.N);

    public Labels {
      codes = List.copyOf(codes);
      security = List.copyOf(security);
      documentTypes = List.copyOf(documentTypes);
      formats = List.copyOf(formats);
    }

    /** Of a resource that refers to no product. */
    public Labels(
        List<Code> codes,
        List<Code> security,
        List<Code> documentTypes,
        Confidentiality confidentiality,
        List<String> formats) {
      this(codes, security, documentTypes, confidentiality, formats, Referred.NONE);
    }

    /** Of a resource with nothing attached. */
    public Labels(
        List<Code> codes,
        List<Code> security,
        List<Code> documentTypes,
        Confidentiality confidentiality) {
      this(codes, security, documentTypes, confidentiality, List.of());
    }

    private boolean sayPartTwo() {
      for (int i = 0; i < security.size(); i++) {
        if (Code.PART_TWO.contains(security.get(i))) {
          return true;
        }
      }
      return false;
    }

    /** The same with those of what carries it as well. */
    public Labels under(Labels carrier) {
      return new Labels(
          both(codes, carrier.codes),
          both(security, carrier.security),
          both(documentTypes, carrier.documentTypes),
          confidentiality.max(carrier.confidentiality),
          both(formats, carrier.formats),
          referred.and(carrier.referred));
    }

    private static <T> List<T> both(List<T> one, List<T> other) {
      List<T> all = new ArrayList<>(one);
      all.addAll(other);
      return all;
    }

    /** The same with that content attached as well. */
    public Labels attaching(List<String> more) {
      return new Labels(
          codes, security, documentTypes, confidentiality, both(formats, more), referred);
    }

    /** The same of a resource that refers to something with these codings. */
    public Labels referringTo(Referred more) {
      return new Labels(
          codes, security, documentTypes, confidentiality, formats, referred.and(more));
    }
  }

  /**
   * Codings of what a resource refers to in place of saying them itself.
   *
   * @param codes every coding of a product that it refers to, and of what that is made of
   * @param complete whether there are no further ones that were not looked at
   */
  public record Referred(List<Code> codes, boolean complete) {
    /** Of a resource that refers to no product. */
    public static final Referred NONE = new Referred(List.of(), true);

    public Referred {
      codes = List.copyOf(codes);
    }

    private Referred and(Referred more) {
      return new Referred(Labels.both(codes, more.codes), complete && more.complete);
    }
  }

  /**
   * Normalised references out of a resource.
   *
   * @param all every reference to a resource on this server
   * @param authors those among them that say who wrote it, and then those that say who wrote a
   *     contained resource, for each that says so
   */
  public record Links(List<String> all, List<List<String>> authors) {
    /** No reference at all. */
    public static final Links NONE = new Links(List.of(), List.of());

    public Links {
      all = List.copyOf(all);
      authors = authors.stream().map(List::copyOf).toList();
    }
  }
}
