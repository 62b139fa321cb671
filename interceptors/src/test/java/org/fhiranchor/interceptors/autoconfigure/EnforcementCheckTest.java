package org.fhiranchor.interceptors.autoconfigure;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.fhiranchor.consent.decide.index.ConsentIndex;
import org.fhiranchor.interceptors.consent.following.ChangeFollowing;
import org.fhiranchor.interceptors.consent.following.ConsentFollowing;
import org.fhiranchor.interceptors.gate.ConsentGate;
import org.fhiranchor.interceptors.start.StartRefusedException;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.core.env.MapPropertySource;

/** The check alone, in a Spring context that has the beans' definitions and makes none of them. */
final class EnforcementCheckTest {
  private static final List<Class<?>> ALL =
      List.of(ConsentGate.class, ConsentIndex.class, ConsentFollowing.class, ChangeFollowing.class);

  @ParameterizedTest(name = "{0} of four")
  @DisplayName("FOL-4 enforcement without a gate, an index or a follower stops the start")
  @ValueSource(ints = {0, 1, 2, 3})
  void stopsTheStart(int left) {
    List<Class<?>> others = new ArrayList<>(ALL);
    Class<?> missing = others.remove(left);
    for (String mode : List.of("on", "observe")) {
      assertThatThrownBy(() -> start(mode, others))
          .isInstanceOf(StartRefusedException.class)
          .hasMessage(
              "consents are to be asked, and this server has no bean "
                  + missing.getSimpleName()
                  + ": take back what excludes auto-configurations of org.fhiranchor, or set"
                  + " anchor.consent.enforce=off");
    }
  }

  @Test
  @DisplayName("FOL-4 with all of them it starts, and without enforcement whatever there is")
  void starts() {
    assertThatCode(() -> start("on", ALL)).doesNotThrowAnyException();
    assertThatCode(() -> start("off", List.of())).doesNotThrowAnyException();
  }

  @Test
  @DisplayName("FOL-4 all that is missing is named in one sentence")
  void namesAll() {
    assertThatThrownBy(() -> start("on", List.of(ChangeFollowing.class)))
        .hasMessageContaining("ConsentGate, ConsentIndex, ConsentFollowing:");
  }

  private static void start(String mode, List<Class<?>> there) {
    try (AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext()) {
      context
          .getEnvironment()
          .getPropertySources()
          .addFirst(new MapPropertySource("test", Map.of("anchor.consent.enforce", mode)));
      context.registerBean(
          AnchorSettings.class, () -> AnchorSettingsReader.read(context.getEnvironment()));
      for (Class<?> type : there) {
        RootBeanDefinition definition = new RootBeanDefinition(type);
        definition.setLazyInit(true);
        context.registerBeanDefinition(type.getSimpleName(), definition);
      }
      context.register(EnforcementAutoConfiguration.class);
      context.refresh();
    }
  }
}
