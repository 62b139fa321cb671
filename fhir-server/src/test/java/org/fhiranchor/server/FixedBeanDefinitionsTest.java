package org.fhiranchor.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.util.ClassUtils;

final class FixedBeanDefinitionsTest {
  private final ConfigurableListableBeanFactory beans = RunningServer.shared().beans();

  @Test
  @DisplayName("what Spring remembers of beans by type is what is there")
  void remembersNothingWrong() {
    Set<Class<?>> types = new HashSet<>();
    for (String name : beans.getBeanDefinitionNames()) {
      Class<?> type = beans.getType(name);
      if (type != null) {
        types.add(ClassUtils.getUserClass(type));
        types.addAll(Arrays.asList(ClassUtils.getAllInterfacesForClass(type)));
      }
    }
    assertThat(types).hasSizeGreaterThan(500);
    assertThat(types)
        .allSatisfy(
            type ->
                assertThat(List.of(beans.getBeanNamesForType(type)))
                    .as(type.getName())
                    .containsExactlyInAnyOrder(beans.getBeanNamesForType(type, true, false)));
  }
}
