package org.fhiranchor.server.signin;

import java.util.Collections;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/** All that the pages of signing in say, in each language. None of it needs escaping in HTML. */
enum SignInWords {
  LANGUAGE("Language", "Sprache"),
  FOR_TRYING_OUT(
      "For trying out, on this machine alone: nobody is asked for a password.",
      "Zum Ausprobieren, nur auf diesem Rechner: Niemand wird nach einem Passwort gefragt."),

  SIGN_IN_AS("Sign in as", "Anmelden als"),
  CONSOLE_ASKS("The console of this server asks.", "Die Konsole dieses Servers fragt an."),
  APP_ASKS(
      "An app asks that registered itself as %s and is at %s.",
      "Es fragt eine App an, die sich selbst als %s eingetragen hat und hier zu finden ist: %s."),

  PATIENT("patient", "Patientin/Patient"),
  CLINICIAN("clinician", "Ärztin/Arzt"),
  EMERGENCY_DOCTOR("emergency doctor", "Notärztin/Notarzt"),
  COMPLIANCE_OFFICER("compliance officer", "Datenschutz"),
  REGISTRAR("registrar", "Patientenaufnahme"),
  OPERATOR("operator", "Serverbetrieb"),

  ALLOW_THIS_APP("Allow this app?", "Dieser App etwas erlauben?"),
  YOU_ARE("You are %s, %s.", "Sie sind %s, %s."),
  IT_MAY("It may", "Die App darf"),
  ALLOW("Allow", "Erlauben"),
  DO_NOT_ALLOW("Do not allow", "Nicht erlauben"),
  WHOSE_RECORD("Whose record (id of the Patient)", "Wessen Akte (id der Ressource Patient)"),
  WHICH_VISIT("Which visit (id of the Encounter)", "Welcher Besuch (id der Ressource Encounter)"),

  LAUNCH_AN_APP("Launch an app", "Eine App starten"),
  STANDS_FOR_AN_EHR(
      "This stands for an EHR: pick a record and an app that registered with launch_uri.",
      "Diese Seite steht für ein Krankenhaussystem: Wählen Sie eine Akte und eine App, die sich mit"
          + " launch_uri eingetragen hat."),
  NOTHING_TO_LAUNCH("Nothing to launch", "Nichts zu starten"),
  PICK_AGAIN("Pick again.", "Wählen Sie noch einmal."),

  OUT_OF_DATE("This page is out of date", "Diese Seite ist veraltet"),
  START_AGAIN("Start again from the app.", "Beginnen Sie in der App noch einmal."),
  CANNOT_BE(
      "The app asked for something that cannot be", "Die App hat etwas verlangt, das nicht geht"),
  FOR_ITS_AUTHOR(
      "It was given nothing. For whoever wrote it:",
      "Sie hat nichts bekommen. Für alle, die sie schreiben, auf Englisch:"),

  /** What is done, to what, whose. */
  SCOPE("%1$s %2$s %3$s", "%2$s %1$s, %3$s"),
  ONLY_WHERE("%s, only where %s", "%s, nur wo %s"),
  CREATE("create", "anlegen"),
  READ("read", "lesen"),
  UPDATE("change", "ändern"),
  DELETE("delete", "löschen"),
  SEARCH("search", "suchen"),
  EVERYTHING("everything", "alles"),
  EACH("each %s", "Einträge der Art %s"),
  OF_THE_PATIENT("of the one patient", "aber nur in der einen Akte"),
  OF_THE_USER("that you may see", "soweit Sie das dürfen"),
  OF_A_SERVICE("that a service may see", "soweit ein Dienst das darf"),
  AND("and", "und"),
  OR("or", "oder"),
  IS("%s is %s", "%s gleich %s ist"),
  OF("%s of %s", "%s aus %s"),
  ANY_CODE("any code", "irgendein Code"),

  KNOW_EACH_TIME("know that it is you, each time", "jedes Mal wissen, dass Sie es sind"),
  KNOW_YOUR_RECORD("know which record here is yours", "wissen, welcher Eintrag hier Ihrer ist"),
  KNOW_WHAT_IS_OPEN("know what is open in the EHR", "wissen, was im Krankenhaussystem offen ist"),
  KNOW_WHOSE_RECORD("know whose record it is about", "wissen, um wessen Akte es geht"),
  KNOW_WHICH_VISIT("know which visit it is about", "wissen, um welchen Besuch es geht"),
  COME_BACK(
      "come back without you, for seven days after each time",
      "ohne Sie wiederkommen, nach jedem Mal sieben Tage lang"),
  READ_THE_JOURNAL(
      "read the journal and every accounting", "das Protokoll und jede Auskunft lesen"),
  REGISTER_PATIENTS(
      "register patients, their consents and their keys",
      "Patienten, ihre Einwilligungen und ihre Schlüssel eintragen"),
  RUN_THIS_SERVER("run this server", "diesen Server betreiben");

  /** What the demo people are. */
  static final Set<SignInWords> LABELS =
      Collections.unmodifiableSet(EnumSet.range(PATIENT, OPERATOR));

  private final String english;
  private final String german;

  SignInWords(String english, String german) {
    this.english = english;
    this.german = german;
  }

  String in(SignInLanguage language) {
    return language == SignInLanguage.DE ? german : english;
  }

  /** With what stands in it, which is HTML already where the page is. */
  String in(SignInLanguage language, Object... values) {
    return in(language).formatted(values);
  }

  /** What somebody is, by what it is called in English; a file may say something else. */
  static Optional<SignInWords> label(String english) {
    return LABELS.stream().filter(one -> one.english.equals(english)).findFirst();
  }
}
