package org.fhiranchor.interceptors.consent.following;

import com.google.common.collect.Lists;
import java.util.Collection;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.fhiranchor.consent.decide.OtherNames;
import org.fhiranchor.interceptors.consent.following.HeldRoles.Role;
import org.fhiranchor.interceptors.log.EditedRows;
import org.fhiranchor.merkle.Statement;

/**
 * Who else a requester is by the PractitionerRoles that are stored, whatever their status and
 * period: the person whose role it is, all roles of that person, and whom these are for (DENY-7).
 * All roles are held here, and followed like Consents: a question asks nothing of the database, and
 * none of its indices says which roles there are. While one of them is not what was written last,
 * nobody knows whose it is, so nobody's names are all known. All methods may be called from any
 * thread.
 */
public final class SamePerson {
  private static final String PERSON = "Practitioner/";
  private static final String ROLE = StoredRoles.TYPE + "/";

  /** Most roles of a person that are looked at; of whoever has more nobody knows them all. */
  private static final int MOST = 200;

  private final StoredRoles stored;
  private final EditedRows edited;
  private final HeldRoles held = new HeldRoles();
  private Iterator<String> toRecheck = List.<String>of().iterator();
  private volatile boolean loaded;

  /** Knows nothing yet: until {@link #load} nobody's names are known. */
  public SamePerson(StoredRoles stored, EditedRows edited) {
    this.stored = stored;
    this.edited = edited;
  }

  /**
   * The other names of whoever goes by these.
   *
   * @param actors normalised, such as {@code "PractitionerRole/7"}
   */
  public OtherNames of(Set<String> actors) {
    if (actors.stream().noneMatch(SamePerson::isNamedElsewhere)) {
      return OtherNames.NONE;
    }
    boolean whole = loaded && held.areWhole();
    Set<String> names = new HashSet<>();
    Set<String> people = new HashSet<>();
    for (String actor : actors) {
      if (actor.startsWith(PERSON)) {
        people.add(actor);
      } else if (actor.startsWith(ROLE)) {
        Optional<Role> role = held.find(actor);
        role.flatMap(Role::organization).ifPresent(names::add);
        role.flatMap(Role::person).ifPresent(people::add);
        whole &= role.flatMap(Role::person).isPresent();
      }
    }
    for (String person : people) {
      names.add(person);
      Set<String> roles = held.rolesOf(person);
      whole &= roles.size() <= MOST;
      roles.stream().limit(MOST).forEach(role -> add(role, names));
    }
    names.removeAll(actors);
    return new OtherNames(names, whole);
  }

  private void add(String role, Set<String> names) {
    names.add(role);
    held.find(role).flatMap(Role::organization).ifPresent(names::add);
  }

  private static boolean isNamedElsewhere(String actor) {
    return actor.startsWith(PERSON) || actor.startsWith(ROLE);
  }

  static boolean isRole(String type) {
    return type.equals(StoredRoles.TYPE);
  }

  /**
   * Every stored role, as it was at some moment since the call, and every one that the log has as
   * stored. What is written meanwhile must come through {@link #recorded}.
   */
  void load() {
    InParallel.each(
        Lists.partition(stored.all(), StoredRoles.PAGE),
        page -> stored.byNumbers(page).forEach(this::take));
    refresh(stored.recorded().stream().filter(id -> held.find(ROLE + id).isEmpty()).toList());
    loaded = true;
  }

  /** These roles as they are stored now. */
  synchronized void refresh(Collection<String> ids) {
    Lists.partition(List.copyOf(ids), StoredRoles.PAGE)
        .forEach(page -> stored.byIds(page).forEach(this::take));
  }

  /** Looks anew at each role that one of these is a newer version of. */
  void recorded(Collection<Statement> statements) {
    Set<String> changed = new LinkedHashSet<>();
    for (Statement statement : statements) {
      if (statement instanceof Statement.ResourceVersion version
          && isRole(version.resource().type())
          && !isHeld(version)) {
        changed.add(version.resource().id());
      }
    }
    refresh(changed);
  }

  private boolean isHeld(Statement.ResourceVersion version) {
    return version.content().isPresent()
        && held.find(version.resource().toString())
            .filter(role -> role.content().equals(version.content()))
            .isPresent();
  }

  /** Holds the next page of them against the database again, and those that were edited. */
  void recheck() {
    if (!toRecheck.hasNext()) {
      toRecheck = held.references();
    }
    Set<String> page = new LinkedHashSet<>(held.edited());
    while (toRecheck.hasNext() && page.size() < StoredRoles.PAGE) {
      page.add(toRecheck.next());
    }
    refresh(page.stream().map(role -> role.substring(ROLE.length())).toList());
  }

  private void take(String id, StoredRoles.Found found) {
    String role = ROLE + id;
    edited.looked(role, Optional.of(ConfirmedResources.EDITED).filter(what -> found.edited()));
    if (found.edited()) {
      held.edited(role);
    } else {
      found.role().ifPresentOrElse(one -> held.put(role, one), () -> held.drop(role));
    }
  }
}
