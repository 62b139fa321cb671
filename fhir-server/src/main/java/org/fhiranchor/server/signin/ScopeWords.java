package org.fhiranchor.server.signin;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.fhiranchor.interceptors.identity.scope.Permission;
import org.fhiranchor.interceptors.identity.scope.ScopeLevel;
import org.fhiranchor.interceptors.identity.scope.ScopeQuery;
import org.fhiranchor.interceptors.identity.scope.SmartScope;
import org.fhiranchor.interceptors.identity.scope.SmartScopes;

/** A scope as a sentence, for whoever is asked to give it. */
record ScopeWords(SignInLanguage language) {
  private static final Map<String, SignInWords> OTHERS =
      Map.of(
          "openid", SignInWords.KNOW_EACH_TIME,
          "fhirUser", SignInWords.KNOW_YOUR_RECORD,
          "launch", SignInWords.KNOW_WHAT_IS_OPEN,
          "launch/patient", SignInWords.KNOW_WHOSE_RECORD,
          "launch/encounter", SignInWords.KNOW_WHICH_VISIT,
          "offline_access", SignInWords.COME_BACK,
          "online_access", SignInWords.COME_BACK,
          "anchor/compliance.read", SignInWords.READ_THE_JOURNAL,
          "anchor/registrar", SignInWords.REGISTER_PATIENTS,
          "anchor/operator", SignInWords.RUN_THIS_SERVER);

  /** Empty for a scope that nobody understands, and nobody gives. */
  Optional<String> of(String scope) {
    return SmartScopes.parse(scope).resources().stream()
        .findFirst()
        .map(this::of)
        .or(() -> Optional.ofNullable(OTHERS.get(scope)).map(words -> words.in(language)));
  }

  private String of(SmartScope scope) {
    String what =
        scope.type().equals(SmartScope.ANY_TYPE)
            ? SignInWords.EVERYTHING.in(language)
            : SignInWords.EACH.in(language, scope.type());
    String all =
        SignInWords.SCOPE.in(language, verbs(scope), what, whose(scope.level()).in(language));
    return scope
        .query()
        .map(query -> SignInWords.ONLY_WHERE.in(language, all, where(query)))
        .orElse(all);
  }

  private static SignInWords whose(ScopeLevel level) {
    return switch (level) {
      case PATIENT -> SignInWords.OF_THE_PATIENT;
      case USER -> SignInWords.OF_THE_USER;
      case SYSTEM -> SignInWords.OF_A_SERVICE;
    };
  }

  private static SignInWords verb(Permission permission) {
    return switch (permission) {
      case CREATE -> SignInWords.CREATE;
      case READ -> SignInWords.READ;
      case UPDATE -> SignInWords.UPDATE;
      case DELETE -> SignInWords.DELETE;
      case SEARCH -> SignInWords.SEARCH;
    };
  }

  private String verbs(SmartScope scope) {
    List<String> verbs =
        Arrays.stream(Permission.values())
            .filter(scope.permissions()::contains)
            .map(one -> verb(one).in(language))
            .toList();
    return verbs.size() == 1
        ? verbs.get(0)
        : String.join(", ", verbs.subList(0, verbs.size() - 1))
            + between(SignInWords.AND)
            + verbs.get(verbs.size() - 1);
  }

  private String where(ScopeQuery query) {
    return query.terms().stream()
        .map(term -> SignInWords.IS.in(language, term.name(), values(term.values())))
        .collect(Collectors.joining(between(SignInWords.AND)));
  }

  private String values(List<ScopeQuery.Token> values) {
    return values.stream().map(this::value).collect(Collectors.joining(between(SignInWords.OR)));
  }

  private String value(ScopeQuery.Token token) {
    String code = token.code().orElseGet(() -> SignInWords.ANY_CODE.in(language));
    return token.system().map(name -> SignInWords.OF.in(language, code, name)).orElse(code);
  }

  private String between(SignInWords words) {
    return " " + words.in(language) + " ";
  }
}
