package org.fhiranchor.server.signin;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.fhiranchor.interceptors.identity.demo.DemoRole;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

final class SignInWordsTest {
  private static final Pattern HOLE = Pattern.compile("%(?:[1-9]\\$)?s");

  /** Whether it is one of the words without holes. */
  static boolean says(SignInLanguage language, String text) {
    return Stream.of(SignInWords.values()).anyMatch(word -> word.in(language).equals(text));
  }

  private static List<String> holes(String text) {
    return HOLE.matcher(text).results().map(MatchResult::group).sorted().toList();
  }

  @ParameterizedTest
  @DisplayName(
      "SIGN-2l each word is there in both languages, with the same holes, and is no markup")
  @EnumSource
  void bothLanguages(SignInWords word) {
    String english = word.in(SignInLanguage.EN);
    String german = word.in(SignInLanguage.DE);

    assertThat(List.of(english, german)).noneMatch(String::isBlank);
    assertThat(german).isNotEqualTo(english);
    assertThat(holes(german)).isEqualTo(holes(english));
    assertThat(english + german).doesNotContainPattern("[<>&\"']");
  }

  @ParameterizedTest
  @DisplayName("SIGN-2l each scope that is offered is a sentence in both languages")
  @EnumSource
  void scopes(SignInLanguage language) {
    Set<String> all = new LinkedHashSet<>(PersonScopes.said());
    for (DemoRole role : DemoRole.values()) {
      all.addAll(List.of(role.scope().split(" ")));
    }
    ScopeWords words = new ScopeWords(language);

    assertThat(all)
        .allSatisfy(scope -> assertThat(words.of(scope)).as(scope).isPresent())
        .allSatisfy(scope -> assertThat(words.of(scope).orElseThrow()).doesNotContain("%"));
    assertThat(words.of("nobody/knows.this")).isEmpty();
  }

  @ParameterizedTest
  @DisplayName("SIGN-2l a scope reads as people say it")
  @CsvSource(
      delimiter = ';',
      value = {
        "EN; user/*.rs; read and search everything that you may see",
        "DE; user/*.rs; alles lesen und suchen, soweit Sie das dürfen",
        "EN; patient/Condition.cud; create, change and delete each Condition of the one patient",
        "DE; patient/Condition.cud; Einträge der Art Condition anlegen, ändern und löschen, aber"
            + " nur in der einen Akte",
        "EN; patient/Observation.r?category=a|b,c; read each Observation of the one patient, only"
            + " where category is b of a or c",
        "DE; system/Observation.r?category=a|; Einträge der Art Observation lesen, soweit ein"
            + " Dienst das darf, nur wo category gleich irgendein Code aus a ist"
      })
  void sentences(SignInLanguage language, String scope, String sentence) {
    assertThat(new ScopeWords(language).of(scope)).contains(sentence);
  }

  @Test
  @DisplayName(
      "SIGN-2l what the demo people are is said in both languages, their own words as they are")
  void labels(@TempDir Path data) {
    assertThat(DemoPeople.of(data).all())
        .hasSize(SignInWords.LABELS.size())
        .allSatisfy(
            one -> {
              assertThat(SignInWords.label(one.label())).as(one.label()).isPresent();
              assertThat(one.label(SignInLanguage.EN)).isEqualTo(one.label());
              assertThat(one.label(SignInLanguage.DE)).isNotEqualTo(one.label());
            });
    DemoPerson own =
        new DemoPerson("x", "X", "search", DemoRole.PATIENT, "Patient/x", List.of("PATRQT"));
    assertThat(own.label(SignInLanguage.DE)).isEqualTo("search");
  }
}
