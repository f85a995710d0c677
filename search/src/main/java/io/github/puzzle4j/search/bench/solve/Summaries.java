package io.github.puzzle4j.search.bench.solve;

import io.github.puzzle4j.search.bench.Clock;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/** Medians and worst cases over instances of a size. */
final class Summaries {

  private Summaries() {}

  static Map<String, BenchReport.Summary> bySize(List<BenchReport.Measured> measured) {
    Map<String, List<BenchReport.Measured>> sizes = new LinkedHashMap<>();
    measured.forEach(m -> sizes.computeIfAbsent(m.size(), size -> new ArrayList<>()).add(m));
    Map<String, BenchReport.Summary> summaries = new LinkedHashMap<>();
    sizes.forEach((size, those) -> summaries.put(size, summary(those)));
    return summaries;
  }

  private static BenchReport.Summary summary(List<BenchReport.Measured> measured) {
    return new BenchReport.Summary(
        measured.size(),
        count(measured.stream().filter(m -> m.fastestPlain().isEmpty() && !m.ours().solved())),
        spread(measured, BenchReport.Measured::ratio),
        spread(measured, BenchReport.Measured::ojalgoToCbc),
        count(measured.stream().flatMap(m -> m.plain().stream()).filter(BenchReport.Plain::wrong)),
        count(measured.stream().map(BenchReport.Measured::ours).filter(BenchReport.Ours::wrong))
            + count(
                measured.stream()
                    .map(BenchReport.Measured::ojalgo)
                    .filter(BenchReport.Ours::wrong)));
  }

  private static BenchReport.Spread spread(
      List<BenchReport.Measured> measured, Function<BenchReport.Measured, Ratio> ratio) {
    List<BenchReport.Measured> known =
        measured.stream().filter(m -> ratio.apply(m).known()).toList();
    Optional<BenchReport.Measured> worst =
        known.stream().min(Comparator.comparingDouble(m -> ratio.apply(m).value()));
    return new BenchReport.Spread(
        known.size(),
        count(known.stream().filter(m -> ratio.apply(m).kind() != Ratio.Kind.EXACT)),
        worst.map(any -> Clock.median(known.stream().map(m -> ratio.apply(m).value()).toList())),
        worst.map(m -> ratio.apply(m).value()),
        worst.map(BenchReport.Measured::name));
  }

  private static int count(Stream<?> things) {
    return (int) things.count();
  }
}
