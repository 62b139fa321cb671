package org.fhiranchor.interceptors.bounds;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ca.uhn.fhir.jpa.searchparam.SearchParameterMap;
import ca.uhn.fhir.rest.api.SortSpec;
import ca.uhn.fhir.rest.param.TokenParam;
import ca.uhn.fhir.rest.server.exceptions.InvalidRequestException;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/**
 * SRV-20: a search that no address says, such as one of GraphQL, and those that an address says.
 */
final class SearchMapsTest {
  private final RequestBounds bounds = new RequestBounds(1, new SearchBounds(1_000, 3));

  private static SearchParameterMap search(int parameters) {
    SearchParameterMap search = new SearchParameterMap();
    for (int i = 0; i < parameters; i++) {
      search.add("code", new TokenParam("a" + i));
    }
    return search;
  }

  private void refuses(SearchParameterMap search) {
    assertThatThrownBy(() -> bounds.searching(search))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageContaining("at most 3 parameters")
        .hasMessageContaining("got 4");
  }

  @Test
  @DisplayName("SRV-20 a search that HAPI is about to run, at the bound and one past it")
  void maps() {
    assertThatCode(() -> bounds.searching(search(3))).doesNotThrowAnyException();
    refuses(search(4));
    assertThatCode(() -> bounds.searching(search(2).setSort(new SortSpec("code"))))
        .doesNotThrowAnyException();
    refuses(search(2).setSort(new SortSpec("code").setChain(new SortSpec("date"))));
  }

  @Test
  @DisplayName("SRV-20 an operation has parameters of its own, and no join of each")
  void operations() {
    SearchBounds searches = new SearchBounds(1_000, 3);
    assertThatCode(() -> searches.check("Patient/1/$x?a=1&b=1&c=1&d=1")).doesNotThrowAnyException();
    assertThatCode(() -> searches.check("Patient")).doesNotThrowAnyException();
    for (String url :
        new String[] {
          "Patient?a=1&b=1&c=1&d=1",
          "http://x/Patient?a=1&a=2&a=3&a=4",
          "Patient?_sort=a,b,-c,d",
          "Patient?a.b.c.d=1",
          "Patient?_has:A:b:_has:C:d:_has:E:f:g=1",
        }) {
      assertThatThrownBy(() -> searches.check(url))
          .as(url)
          .hasMessageContaining("at most 3 parameters");
    }
    assertThatThrownBy(() -> new SearchBounds(3, 1_000).check("Patient?a=1,2,3,4"))
        .hasMessageContaining("at most 3 values");
  }
}
