package io.github.puzzle4j.solver.study;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.puzzle4j.solver.backend.SolverBackend;
import io.github.puzzle4j.solver.backend.SolverBackends;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The default backend against CP-SAT on generated problems of fifty kinds. Takes about twenty
 * minutes; {@code ./mvnw -pl solver -Psolver-study test}. Properties: {@code study.kinds} (a
 * regular expression), {@code study.instances} and {@code study.seconds}.
 *
 * <p>Both sides are warm: some problems are solved before any is timed.
 */
@Tag("solver-study")
class SolverStudyTest {

  private static final int INSTANCES = Integer.getInteger("study.instances", 16);
  private static final Duration LIMIT = Duration.ofSeconds(Integer.getInteger("study.seconds", 10));
  private static final String KINDS = System.getProperty("study.kinds", ".*");

  private final SolverBackend plain = SolverBackends.installed().find("cp-sat").orElseThrow();
  private final List<Double> ratios = new ArrayList<>();

  @Test
  void noWrongAnswerNoneUndecidedAndNoKindSlowerThanCpSat() {
    assertThat(plain.unavailable()).isEmpty();
    warmUp();
    SoftAssertions all = new SoftAssertions();
    System.out.printf("| %-26s | open | CP-SAT | ours, s | CP-SAT, s | median | worst |%n", "kind");
    StudyKinds.all()
        .forEach((name, kind) -> {
          if (name.matches(KINDS)) {
            compare(name, kind, all);
          }
        });
    double overall = median(ratios);
    System.out.printf("median ratio over all %d problems: %.2f%n", ratios.size(), overall);
    all.assertThat(overall).as("median ratio").isGreaterThanOrEqualTo(5);
    all.assertAll();
  }

  @Test
  void thereAreFiftyKinds() {
    assertThat(StudyKinds.all()).hasSizeGreaterThanOrEqualTo(50);
  }

  private void compare(String name, StudyKinds.Kind kind, SoftAssertions all) {
    List<StudyCase> cases = new ArrayList<>();
    for (int seed = 0; seed < INSTANCES; seed++) {
      StudyCase result = solve(name, kind, seed, LIMIT);
      cases.add(result);
      String what = name + " " + seed + ": " + result.summary();
      all.assertThat(result.fault()).as(what).isEmpty();
      all.assertThat(result.behind()).as("undecided, unlike CP-SAT: " + what).isFalse();
      if (result.undecided() || !result.fault().isEmpty()) {
        System.out.printf(
            "  %s %s (%.2f s, %.2f s)%n", what, result.fault(), result.ours(), result.plain());
      }
    }
    List<Double> own = cases.stream().map(c -> c.plain() / c.ours()).toList();
    ratios.addAll(own);
    System.out.printf(
        "| %-26s | %4d | %5d | %8.4f | %8.4f | %7.2f | %7.2f |%n",
        name,
        cases.stream().filter(StudyCase::undecided).count(),
        cases.stream().filter(c -> !c.plainDecided()).count(),
        median(cases.stream().map(StudyCase::ours).toList()),
        median(cases.stream().map(StudyCase::plain).toList()),
        median(own),
        own.stream().min(Double::compare).orElseThrow());
    all.assertThat(median(own)).as("median ratio of " + name).isGreaterThanOrEqualTo(1);
  }

  private StudyCase solve(String name, StudyKinds.Kind kind, int seed, Duration limit) {
    return StudyKinds.generate(name, kind, seed).stream()
        .map(problem -> StudyCase.of(problem, plain, limit))
        .reduce(StudyCase::and)
        .orElseThrow();
  }

  private void warmUp() {
    Map<String, StudyKinds.Kind> kinds = StudyKinds.all();
    for (int turn = 0; turn < 3; turn++) {
      for (String name : List.of("correlated-loose-integer", "parity", "one-budget", "spans")) {
        solve(name, kinds.get(name), 100 + turn, Duration.ofSeconds(1));
      }
    }
  }

  private static double median(List<Double> values) {
    return values.stream().sorted().skip(values.size() / 2).findFirst().orElseThrow();
  }
}
