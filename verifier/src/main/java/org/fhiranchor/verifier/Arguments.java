package org.fhiranchor.verifier;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.fhiranchor.merkle.Digest;
import org.fhiranchor.merkle.HeadEvidence;
import org.fhiranchor.merkle.LogVerifierKey;
import org.fhiranchor.merkle.TreeSize;

/** From words to a {@link Command}; anything not understood is an error, nothing is guessed. */
final class Arguments {
  private static final Set<String> WITH_VALUE =
      Set.of("--key", "--rpc", "--contract", "--log-id", "--head", "--until", "--tag");
  private static final Set<String> FLAGS = Set.of("--json", "--deleted");

  private final List<String> words = new ArrayList<>();
  private final Map<String, String> values = new HashMap<>();
  private final List<String> flags = new ArrayList<>();

  private Arguments() {}

  static Command parse(String[] args) {
    List<String> all = List.of(args);
    if (all.contains("--help") || all.contains("-h")) {
      return new Command.Help();
    }
    return new Arguments().read(all).command();
  }

  private Arguments read(List<String> all) {
    for (int i = 0; i < all.size(); i++) {
      String word = all.get(i);
      if (WITH_VALUE.contains(word)) {
        if (i + 1 == all.size() || values.containsKey(word)) {
          throw new UsageException(word + ": want one value, once");
        }
        i = i + 1;
        values.put(word, all.get(i));
      } else if (FLAGS.contains(word)) {
        flags.add(word);
      } else if (word.startsWith("--")) {
        throw new UsageException("unknown option " + word);
      } else {
        words.add(word);
      }
    }
    return this;
  }

  private Command command() {
    String first = words.isEmpty() ? "" : words.get(0);
    if (first.equals("accounting") && !flags.contains("--deleted")) {
      return new Command.Accounting(Path.of(only("accounting FILE")), until(), tag(), trust());
    }
    if (values.containsKey("--tag")) {
      throw new UsageException("--tag goes with accounting FILE");
    }
    if (first.equals("export") && !flags.contains("--deleted")) {
      return new Command.Export(Path.of(only("export FOLDER")), until(), trust());
    }
    if (values.containsKey("--until")) {
      throw new UsageException("--until goes with accounting FILE and with export FOLDER");
    }
    if (first.equals("erasure") && !flags.contains("--deleted")) {
      return new Command.Erasure(Path.of(only("erasure FILE")), trust());
    }
    if (first.equals("history") && !flags.contains("--deleted")) {
      return new Command.History(Path.of(only("history FOLDER")), trust());
    }
    if (first.equals("resources") && !flags.contains("--deleted")) {
      return new Command.Resources(Path.of(only("resources FOLDER")), trust());
    }
    if (first.equals("log") && !flags.contains("--deleted")) {
      return new Command.Log(http("log URL", only("log URL")), trust());
    }
    return one();
  }

  private Command one() {
    boolean deleted = flags.contains("--deleted") && words.size() == 1;
    if (!deleted && words.size() != 2) {
      throw new UsageException("want RESOURCE.json PROOF.json, got " + words.size() + " names");
    }
    if (flags.contains("--deleted") && words.size() == 2 && !words.get(0).equals("-")) {
      throw new UsageException("--deleted: a deleted version has no resource to give");
    }
    boolean without = deleted || words.get(0).equals("-");
    Optional<Path> resource = without ? Optional.empty() : Optional.of(Path.of(words.get(0)));
    return new Command.One(resource, Path.of(words.get(words.size() - 1)), trust());
  }

  private String only(String usage) {
    if (words.size() != 2) {
      throw new UsageException("want " + usage + ", got " + (words.size() - 1) + " names");
    }
    return words.get(1);
  }

  private Trust trust() {
    String key = values.get("--key");
    if (key == null) {
      throw new UsageException("--key: want the log's public key, name+id+base64");
    }
    return new Trust(
        read("--key", () -> LogVerifierKey.parse(key)),
        ledger(),
        pinned(),
        flags.contains("--json"));
  }

  private Optional<Trust.Ledger> ledger() {
    String rpc = values.get("--rpc");
    String contract = values.get("--contract");
    if (rpc == null && contract == null && !values.containsKey("--log-id")) {
      return Optional.empty();
    }
    if (rpc == null || contract == null) {
      throw new UsageException("--rpc and --contract go together, and --log-id with them");
    }
    if (!contract.matches("0x[0-9a-fA-F]{40}")) {
      throw new UsageException("--contract: want 0x and 40 hex digits");
    }
    return Optional.of(
        new Trust.Ledger(http("--rpc", rpc), contract.toLowerCase(Locale.ROOT), logId()));
  }

  private Optional<Digest> logId() {
    String text = values.get("--log-id");
    if (text == null) {
      return Optional.empty();
    }
    if (!text.startsWith("0x")) {
      throw new UsageException("--log-id: want 0x and 64 hex digits");
    }
    String hex = text.substring(2).toLowerCase(Locale.ROOT);
    return Optional.of(read("--log-id", () -> Digest.fromHex(hex)));
  }

  private Optional<Instant> until() {
    try {
      return Optional.ofNullable(values.get("--until")).map(Instant::parse);
    } catch (DateTimeParseException wrong) {
      throw new UsageException("--until: want an instant like 2026-03-31T22:00:00Z");
    }
  }

  private Optional<Digest> tag() {
    String text = values.get("--tag");
    if (text != null && !text.matches("[0-9a-fA-F]{64}")) {
      throw new UsageException("--tag: want 64 hex digits");
    }
    return Optional.ofNullable(text).map(hex -> Digest.fromHex(hex.toLowerCase(Locale.ROOT)));
  }

  private Optional<HeadEvidence.Pinned> pinned() {
    String text = values.get("--head");
    if (text == null) {
      return Optional.empty();
    }
    int colon = text.indexOf(':');
    if (colon < 1 || !text.substring(0, colon).matches("[0-9]{1,18}")) {
      throw new UsageException("--head: want SIZE:ROOT, the root in hex or base64");
    }
    String root = text.substring(colon + 1);
    boolean hex = root.matches("(0x)?[0-9a-fA-F]{64}");
    String digits = root.startsWith("0x") ? root.substring(2) : root;
    Digest digest =
        read(
            "--head",
            () -> hex ? Digest.fromHex(digits.toLowerCase(Locale.ROOT)) : Digest.fromBase64(root));
    TreeSize size = new TreeSize(Long.parseLong(text.substring(0, colon)));
    return Optional.of(new HeadEvidence.Pinned(size, digest));
  }

  private static URI http(String what, String text) {
    try {
      URI uri = new URI(text);
      if (uri.getHost() != null
          && Set.of("http", "https").contains(String.valueOf(uri.getScheme()))) {
        return uri;
      }
    } catch (URISyntaxException wrong) {
      throw new UsageException(what + ": " + wrong.getMessage());
    }
    throw new UsageException(what + ": want an http or https URL");
  }

  private static <T> T read(String what, java.util.function.Supplier<T> reader) {
    try {
      return reader.get();
    } catch (IllegalArgumentException wrong) {
      throw new UsageException(what + ": " + wrong.getMessage());
    }
  }
}
