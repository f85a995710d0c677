package io.github.puzzle4j.search.bench.solve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.puzzle4j.search.bench.Clock;
import io.github.puzzle4j.solver.InvalidProblemException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

final class SolveBenchmarkTest {

  private static final List<String> BACKENDS = List.of("cp-sat", "cbc", "ojalgo");

  private static BenchSettings settings(Duration overall) {
    return new BenchSettings(
        Stream.of(Family.UNCORRELATED, Family.GRID)
            .map(f -> new Instance(f, Tightness.MEDIUM, Numbers.REAL, 6, 5, 1))
            .toList(),
        List.of(new Instance(Family.CORRELATED, Tightness.MEDIUM, Numbers.REAL, 6, 5, 1)),
        BACKENDS,
        2,
        Duration.ofSeconds(10),
        overall,
        Duration.ofMillis(1),
        1);
  }

  @Test
  void figuresHangTogether() throws InvalidProblemException {
    BenchSettings settings = settings(Duration.ofMinutes(5));
    List<String> steps = new ArrayList<>();
    BenchReport report = SolveBenchmark.run(settings, steps::add);

    assertThat(steps).hasSize(SolveBenchmark.steps(settings)).doesNotHaveDuplicates();
    assertThat(report.leftOut()).isEmpty();
    assertThat(report.families()).containsOnlyKeys("uncorrelated", "grid");
    assertThat(report.startup().firstSolveInstance())
        .isEqualTo(settings.instances().getFirst().name());
    assertThat(report.instances()).hasSize(2).allSatisfy(SolveBenchmarkTest::requireConsistent);
    assertThat(report.frontiers())
        .singleElement()
        .satisfies(SolveBenchmarkTest::requireConsistentFrontier);
    BenchReport.Summary summary = Objects.requireNonNull(report.summary().get("6x5"));
    assertThat(summary.instances()).isEqualTo(2);
    assertThat(summary.unsolved()).isZero();
    assertThat(summary.wrongOwnClaims()).isZero();
    List<Double> ratios = report.instances().stream().map(m -> m.ratio().value()).sorted().toList();
    assertThat(summary.ratio().compared()).isEqualTo(2);
    assertThat(summary.ratio().worst()).contains(ratios.getFirst());
    assertThat(summary.ratio().median()).contains((ratios.getFirst() + ratios.getLast()) / 2);
  }

  private static void requireConsistent(BenchReport.Measured measured) {
    assertThat(measured.plain()).extracting(BenchReport.Plain::backend).isEqualTo(BACKENDS);
    assertThat(measured.ours().status()).isEqualTo("optimal");
    assertThat(measured.ojalgo().backend()).isEqualTo("ojalgo");
    assertThat(measured.ojalgo().objective()).isEqualTo(measured.ours().objective());
    BenchReport.Plain fastest =
        measured.plain().stream()
            .filter(plain -> measured.fastestPlain().equals(Optional.of(plain.backend())))
            .findFirst()
            .orElseThrow();
    assertThat(fastest.objective()).isEqualTo(measured.ours().objective());
    assertThat(measured.ratio().kind()).isEqualTo(Ratio.Kind.EXACT);
    assertThat(measured.ratio().value())
        .isCloseTo(fastest.seconds() / measured.ours().seconds(), within(1e-12));
    assertThat(measured.plain())
        .allSatisfy(plain -> assertThat(plain.seconds()).isPositive())
        .filteredOn(BenchReport.Plain::solved)
        .allSatisfy(plain -> assertThat(plain.seconds()).isGreaterThanOrEqualTo(fastest.seconds()));
  }

  private static void requireConsistentFrontier(BenchReport.Frontier frontier) {
    assertThat(frontier.points()).isEqualTo(50);
    assertThat(frontier.proven()).isEqualTo(50);
    assertThat(frontier.plainSolves()).isEqualTo(10);
    assertThat(frontier.plainSolved()).isEqualTo(10);
    assertThat(frontier.least()).isLessThan(frontier.most());
    assertThat(frontier.ratio().value())
        .isCloseTo(frontier.plainSeconds() / frontier.seconds(), within(1e-12));
  }

  @Test
  void whatDoesNotFitTheTimeIsListed() throws InvalidProblemException {
    BenchReport report = SolveBenchmark.run(settings(Duration.ofNanos(1)), step -> {});

    assertThat(report.instances()).isEmpty();
    assertThat(report.frontiers()).isEmpty();
    assertThat(report.summary()).isEmpty();
    assertThat(report.leftOut())
        .containsExactly(
            "uncorrelated-medium-real-6x5-s1",
            "grid-medium-real-6x5-s1",
            "frontier correlated-medium-real-6x5-s1");
  }

  @Test
  void anUnknownBackendIsNamedWithThoseThereAre() {
    BenchSettings settings = settings(Duration.ofMinutes(1));
    BenchSettings unknown =
        new BenchSettings(
            settings.instances(),
            List.of(),
            List.of("gurobi"),
            1,
            settings.timeLimit(),
            settings.overallLimit(),
            settings.warmUp(),
            1);
    assertThatThrownBy(() -> SolveBenchmark.run(unknown, step -> {}))
        .isInstanceOf(InvalidProblemException.class)
        .hasMessage(
            "there is no solver backend 'gurobi'; there are cbc, cp-sat, exact, highs, ojalgo,"
                + " scip");
  }

  @Test
  void aRatioSaysWhatIsKnownOfIt() {
    assertThat(Ratio.of(3, true, 2, true)).isEqualTo(new Ratio(Ratio.Kind.EXACT, 1.5));
    assertThat(Ratio.of(3, false, 2, true)).hasToString("> 1.50");
    assertThat(Ratio.of(3, true, 2, false)).hasToString("< 1.50");
    assertThat(Ratio.of(3, false, 2, false)).hasToString("?");
    assertThat(Clock.median(List.of(5.0, 1.0, 2.0))).isEqualTo(2);
    assertThat(Clock.median(List.of(5.0, 1.0))).isEqualTo(3);
  }
}
