package org.fhiranchor.interceptors.gate.search;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.interceptor.model.RequestPartitionId;
import ca.uhn.fhir.jpa.searchparam.SearchParameterMap;
import ca.uhn.fhir.jpa.searchparam.util.JpaParamUtil;
import ca.uhn.fhir.model.api.IQueryParameterAnd;
import ca.uhn.fhir.model.api.IQueryParameterType;
import ca.uhn.fhir.rest.api.QualifiedParamList;
import ca.uhn.fhir.rest.api.RestSearchParameterTypeEnum;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.rest.param.HasParam;
import ca.uhn.fhir.rest.param.ReferenceParam;
import com.google.common.base.Strings;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.fhiranchor.interceptors.gate.decision.AccessSubject;
import org.fhiranchor.interceptors.gate.decision.Unavailable;
import org.fhiranchor.interceptors.identity.ChainName;
import org.fhiranchor.interceptors.identity.scope.Permission;

/**
 * One search whose chains are evaluated from the right to the left: the innermost search runs
 * first, and what it finds and may be shown is all that the next one hears of.
 */
public final class ChainSearch {
  private final FhirContext context;
  private final ChainRules rules;
  private final VisibleHits hits;
  private final Unavailable unavailable;
  private final For who;
  private int searches;
  private int ids;

  /** For whom it is. */
  public record For(RequestDetails request, AccessSubject asking, RequestPartitionId partition) {}

  public ChainSearch(
      FhirContext context, ChainRules rules, VisibleHits hits, Unavailable unavailable, For who) {
    this.context = context;
    this.rules = rules;
    this.hits = hits;
    this.unavailable = unavailable;
    this.who = who;
  }

  /** Replaces the chains in these parameters of a search for this type. */
  public void resolve(String type, SearchParameterMap parameters) {
    for (String key : List.copyOf(parameters.keySet())) {
      List<List<IQueryParameterType>> all = parameters.get(key);
      if (all.stream().anyMatch(either -> isChain(key, either))) {
        List<List<IQueryParameterType>> resolved =
            all.stream().map(either -> resolved(type, key, either)).distinct().toList();
        parameters.put(key, new ArrayList<>(resolved));
      }
    }
  }

  private static boolean isChain(String key, List<IQueryParameterType> either) {
    return either.stream()
        .map(value -> ChainName.of(name(key, value)))
        .anyMatch(name -> !(name instanceof ChainName.Plain));
  }

  /** As it stood in the request. */
  private static String name(String key, IQueryParameterType value) {
    if (value instanceof HasParam has) {
      return String.join(
          ":",
          ChainName.HAS,
          has.getTargetResourceType(),
          has.getReferenceFieldName(),
          has.getParameterName());
    }
    if (value instanceof ReferenceParam reference && reference.hasChain()) {
      String type = reference.hasResourceType() ? ":" + reference.getResourceType() : "";
      return key + type + "." + reference.getChain();
    }
    return key;
  }

  private List<IQueryParameterType> resolved(
      String type, String key, List<IQueryParameterType> either) {
    if (!isChain(key, either)) {
      return either;
    }
    List<String> names = either.stream().map(value -> name(key, value)).distinct().toList();
    // alternatives of one parameter share its name; not every path here has asked the rules
    if (names.size() != 1 || rules.searches(type, names.get(0)) > ChainRules.MOST_SEARCHES) {
      throw unavailable.exception();
    }
    List<String> values =
        either.stream().map(value -> Strings.nullToEmpty(value.getValueAsQueryToken())).toList();
    if (values.stream().anyMatch(String::isBlank)) {
      throw unavailable.exception();
    }
    return ChainName.of(names.get(0)) instanceof ChainName.Forward chain
        ? forward(type, chain, values)
        : reverse((ChainName.Reverse) ChainName.of(names.get(0)), values);
  }

  private List<IQueryParameterType> forward(
      String type, ChainName.Forward chain, List<String> values) {
    Set<String> targets = rules.candidates(type, chain);
    List<String> found =
        targets.stream()
            .flatMap(
                target ->
                    visible(target, chain.rest(), values).stream().map(id -> target + "/" + id))
            .toList();
    return orNothing(found, targets.iterator().next() + "/").map(this::reference).toList();
  }

  private IQueryParameterType reference(String target) {
    return new ReferenceParam(target);
  }

  /** Still a {@code _has}, but one that names the visible resources it may lead through. */
  private List<IQueryParameterType> reverse(ChainName.Reverse reverse, List<String> values) {
    return orNothing(visible(reverse.type(), reverse.rest(), values), "")
        .<IQueryParameterType>map(
            id -> new HasParam(reverse.type(), reverse.parameter(), "_id", id))
        .toList();
  }

  /** An id that nobody can have given to anything, where there is none. */
  private Stream<String> orNothing(List<String> found, String prefix) {
    ids += found.size();
    if (ids > hits.limit()) {
      throw Unavailable.tooMany(hits.limit());
    }
    return found.isEmpty() ? Stream.of(prefix + UUID.randomUUID()) : found.stream();
  }

  /** Nothing is skipped when an earlier one found nothing: what is asked is always asked. */
  private List<String> visible(String type, String name, List<String> values) {
    searches++;
    boolean may = who.asking().who().level(Permission.SEARCH, type).isPresent();
    if (!may || searches > ChainRules.MOST_SEARCHES) {
      throw unavailable.exception();
    }
    SearchParameterMap inner = parameters(type, name, values);
    resolve(type, inner);
    return hits.of(type, inner, who.request(), who.partition());
  }

  /** What HAPI would make of {@code name=value,value} in a search for this type. */
  private SearchParameterMap parameters(String type, String name, List<String> values) {
    int end =
        IntStream.range(0, name.length())
            .filter(i -> ".:".indexOf(name.charAt(i)) >= 0)
            .findFirst()
            .orElse(name.length());
    String plain = name.substring(0, end);
    QualifiedParamList all = new QualifiedParamList();
    all.setQualifier(end == name.length() ? null : name.substring(end));
    all.addAll(values);
    return new SearchParameterMap().add(plain, parsed(type, plain, all));
  }

  private IQueryParameterAnd<?> parsed(String type, String plain, QualifiedParamList values) {
    RestSearchParameterTypeEnum kind =
        switch (plain) {
          case ChainName.HAS -> RestSearchParameterTypeEnum.HAS;
          case "_id" -> RestSearchParameterTypeEnum.TOKEN;
          default ->
              rules.parameter(type, plain).orElseThrow(unavailable::exception).getParamType();
        };
    return JpaParamUtil.parseQueryParams(context, kind, plain, List.of(values));
  }
}
