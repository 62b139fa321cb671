package org.fhiranchor.server.signin;

import java.util.List;
import org.springframework.security.authentication.AuthenticationProvider;
import org.springframework.security.authentication.BadCredentialsException;
import org.springframework.security.authentication.UsernamePasswordAuthenticationToken;
import org.springframework.security.core.Authentication;

/** Whoever clicks on a demo person is that person: there is no password. */
final class OneClick implements AuthenticationProvider {
  private final DemoPeople people;
  private final DemoRecords records;

  OneClick(DemoPeople people, DemoRecords records) {
    this.people = people;
    this.records = records;
  }

  @Override
  public Authentication authenticate(Authentication clicked) {
    DemoPerson person =
        people
            .named(clicked.getName())
            .orElseThrow(() -> new BadCredentialsException("want one of the demo people"));
    records.store();
    return UsernamePasswordAuthenticationToken.authenticated(person, null, List.of());
  }

  @Override
  public boolean supports(Class<?> authentication) {
    return UsernamePasswordAuthenticationToken.class.isAssignableFrom(authentication);
  }
}
