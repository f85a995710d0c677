package io.github.puzzle4j.search.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.puzzle4j.search.bench.solve.Instance;
import io.github.puzzle4j.search.bench.solve.Instances;
import io.github.puzzle4j.search.cli.CommandRun;
import io.github.puzzle4j.solver.json.ProblemFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

class BenchSolveCommandTest {

  private static CommandRun small(String... further) {
    List<String> arguments =
        new ArrayList<>(List.of("bench", "solve", "--sizes", "6x5", "--families", "grid,strong"));
    arguments.addAll(List.of("--backends", "cp-sat,cbc", "--repetitions", "1", "--warm-up", "1ms"));
    arguments.addAll(List.of(further));
    return CommandRun.of(arguments.toArray());
  }

  @Test
  void machinesReadOneObject() {
    CommandRun run = small("--json");

    assertThat(run.exitCode()).isZero();
    assertThat(run.err()).contains("bench solve");
    JsonNode report = run.json();
    assertThat(report.propertyNames())
        .containsExactly(
            "machine",
            "repetitions",
            "seed",
            "time_limit_seconds",
            "families",
            "startup",
            "instances",
            "frontiers",
            "left_out",
            "summary");
    assertThat(report.at("/machine/processors").intValue()).isPositive();
    assertThat(report.at("/repetitions").intValue()).isEqualTo(1);
    assertThat(report.at("/families").propertyNames()).containsExactly("strong", "grid");
    assertThat(report.at("/startup/first_solve_seconds").doubleValue()).isPositive();
    assertThat(report.at("/instances")).hasSize(6);
    JsonNode first = report.at("/instances/0");
    assertThat(first.at("/family").asString()).isEqualTo("strong");
    assertThat(first.at("/plain/0/backend").asString()).isEqualTo("cp-sat");
    assertThat(first.at("/plain/0/claim").asString()).isEqualTo("optimal");
    assertThat(first.at("/ratio/kind").asString()).isEqualTo("exact");
    assertThat(first.at("/ours/status").asString()).isEqualTo("optimal");
    assertThat(report.at("/frontiers/0/points").intValue()).isEqualTo(50);
    JsonNode summary = report.at("/summary/6x5");
    assertThat(summary.at("/ratio/median").doubleValue()).isPositive();
    assertThat(summary.at("/ojalgo_to_cbc/worst_at").asString()).isNotEmpty();
    assertThat(summary.at("/wrong_own_claims").intValue()).isZero();
  }

  @Test
  void peopleReadTables() {
    CommandRun run = small();

    assertThat(run.exitCode()).isZero();
    assertThat(run.out())
        .contains("grid: attention variants x FFN variants")
        .contains("grid-medium-real-6x5-s1")
        .contains("plain/ours median")
        .contains("not included: JVM ");
  }

  @Test
  void instancesAreWrittenForOtherSolvers(@TempDir Path folder) throws IOException {
    CommandRun run = small("--write-instances", folder.resolve("new").toString(), "--json");

    assertThat(run.exitCode()).isZero();
    assertThat(run.json().at("/files")).hasSize(6);
    for (Instance instance : Instances.usual(6, 5, 1)) {
      Path file = folder.resolve("new").resolve(instance.name() + ".json");
      if (run.out().contains(instance.name())) {
        assertThat(ProblemFile.read(file)).isEqualTo(instance.problem());
      }
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--sizes|80|must be layers x candidates per layer such as 80x56",
        "--sizes|0x5|must be layers x candidates per layer",
        "--sizes|99999x5|must be layers x candidates per layer",
        "--families|easy|must be one of uncorrelated, correlated, strong, grid, counts",
        "--backends|gurobi|there is no solver backend 'gurobi'; there are cbc, cp-sat",
        "--backends|auto|there is no solver backend 'auto'",
        "--repetitions|0|--repetitions 0: must be at least 1",
        "--time-limit|0s|must be a time over zero",
      })
  void aMistakeIsOneLine(String option, String value, String complaint) {
    CommandRun run = CommandRun.of("bench", "solve", option, value);

    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.out()).isEmpty();
    assertThat(run.err().lines().filter(line -> line.startsWith("puzzle4j: ")))
        .singleElement()
        .asString()
        .containsIgnoringCase(complaint);
  }

  @Test
  void aloneItListsTheBenchmarks() {
    CommandRun run = CommandRun.of("bench");

    assertThat(run.exitCode()).isZero();
    assertThat(run.out()).contains("Usage: puzzle4j bench", "solve");
  }
}
