package org.fhiranchor.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Gas of real transactions on the embedded chain (AR-4), base cost and call data included. */
final class GasBenchmark implements Benchmark {
  static final String FIFTEEN_HASHES = "anchor 5000 to 69999, 15 hashes";
  static final String ONE_HASH = "anchor 65536 to 131072, 1 hash";

  private static final Map<String, Integer> LIMITS =
      Map.of(FIFTEEN_HASHES, 62_000, ONE_HASH, 41_000);
  private static final Pattern LINE = Pattern.compile("(?m)^((?:anchor|register).*): (\\d+)$");

  @Override
  public String name() {
    return "gas";
  }

  @Override
  public BenchmarkOutcome measure(Scale scale) throws IOException, InterruptedException {
    String output =
        Program.run(
            scale.root(), List.of("node", "ledger-anchor/contracts/tools/gas.mjs", "--check"));
    List<Figure> figures = new ArrayList<>();
    Matcher lines = LINE.matcher(output);
    while (lines.find()) {
      figures.add(figure(lines.group(1), Integer.parseInt(lines.group(2))));
    }
    if (figures.isEmpty()) {
      throw new IOException("gas.mjs: want lines of gas, got " + output);
    }
    return new BenchmarkOutcome(figures, List.of());
  }

  private static Figure figure(String label, int gas) {
    Integer limit = LIMITS.get(label);
    String how = "gas used by the mined transaction";
    return limit == null
        ? Figure.told(label, gas, "gas", how)
        : Figure.held(label, gas, "gas", Requirement.atMost(limit), how);
  }
}
