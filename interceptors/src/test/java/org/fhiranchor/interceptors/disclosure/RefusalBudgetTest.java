package org.fhiranchor.interceptors.disclosure;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** DIS-5: the bound of a minute holds in whatever order the requests end. */
final class RefusalBudgetTest {
  private static final int PER_MINUTE = 60;

  private final RefusalBudget budget = new RefusalBudget(PER_MINUTE, 5);

  private void spend(String requester, long minute, long now) {
    for (int i = 0; i < PER_MINUTE; i++) {
      assertThat(budget.take(requester, minute, now)).as("the refusal %d", i).isTrue();
    }
    assertThat(budget.take(requester, minute, now)).isFalse();
  }

  @Test
  @DisplayName("DIS-5 a refusal of another minute gives nobody a new budget")
  void anotherMinute() {
    spend("a", 5, 5);
    assertThat(budget.take("b", 4, 5)).isTrue();
    assertThat(budget.take("a", 5, 5)).isFalse();
    assertThat(budget.take("b", 6, 6)).isTrue();
    assertThat(budget.take("a", 5, 6)).isFalse();
    spend("a", 6, 6);
    assertThat(budget.take("a", 5, 6)).isFalse();
  }

  @Test
  @DisplayName("DIS-5 a minute is kept as long as a refusal of it can come, whoever comes first")
  void late() {
    spend("a", 5, 5);
    assertThat(budget.take("b", 10, 10)).isTrue();
    assertThat(budget.take("a", 5, 10)).isFalse();
    assertThat(budget.take("b", 11, 11)).isTrue();
    assertThat(budget.take("a", 5, 10)).as("read the clock before the other").isFalse();
  }

  @Test
  @DisplayName("DIS-5 a clock that was far ahead leaves the budget of later minutes as it is")
  void wrongClock() {
    spend("a", 1_000, 1_000);
    spend("a", 5, 5);
    spend("a", 6, 6);
  }
}
