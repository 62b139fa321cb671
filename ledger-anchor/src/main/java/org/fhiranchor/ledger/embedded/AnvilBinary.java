package org.fhiranchor.ledger.embedded;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** Where npm put the anvil that belongs to this operating system and processor. */
final class AnvilBinary {
  private AnvilBinary() {}

  static Path find(List<Path> roots) {
    return find(roots, System.getProperty("os.name", ""), System.getProperty("os.arch", ""));
  }

  static Path find(List<Path> roots, String osName, String osArch) {
    String platformPackage = "anvil-" + platform(osName) + "-" + architecture(osArch);
    Path below = Path.of("node_modules", "@foundry-rs", platformPackage, "bin", "anvil");
    for (Path root : roots) {
      Path binary = root.resolve(below).toAbsolutePath();
      if (Files.isExecutable(binary)) {
        return binary;
      }
    }
    throw new EmbeddedChainException(
        "embedded chain: want "
            + below
            + " under one of "
            + roots
            + ", found none; run `npm ci` in the project's root, or set anchor.ledger.mode=rpc");
  }

  private static String platform(String osName) {
    String name = osName.toLowerCase(Locale.ROOT);
    if (name.contains("linux")) {
      return "linux";
    }
    if (name.contains("mac") || name.contains("darwin")) {
      return "darwin";
    }
    throw new EmbeddedChainException(
        "embedded chain: runs on Linux and macOS, got " + osName + "; set anchor.ledger.mode=rpc");
  }

  private static String architecture(String osArch) {
    return switch (osArch) {
      case "amd64", "x86_64" -> "amd64";
      case "aarch64", "arm64" -> "arm64";
      default ->
          throw new EmbeddedChainException(
              "embedded chain: runs on amd64 and arm64, got "
                  + osArch
                  + "; set anchor.ledger.mode=rpc");
    };
  }
}
