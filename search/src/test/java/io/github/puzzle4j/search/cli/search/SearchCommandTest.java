package io.github.puzzle4j.search.cli.search;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.puzzle4j.search.cli.CommandRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SearchCommandTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "scenario: {weights: nvfp4}|targets[1].scenario.weights: h100-sxm does not multiply in"
            + " nvfp4",
        "scenario: {tensorParallel: 3}|line 7: targets[1].scenario.tensorParallel must be 1, 2, 4"
            + " or 8",
        "backend: sglang|targets[1]: ",
      })
  void whatATargetCannotPriceEndsASearchBeforeItTrains(
      String wrong, String complaint, @TempDir Path folder) throws IOException {
    Path teacher = Path.of("..", "examples", "tiny-teacher").toAbsolutePath();
    Path plan =
        Files.writeString(
            folder.resolve("plan.yaml"),
            """
            schema: 1
            teacher: {path: '%s'}
            data: {sequenceLength: 128}
            targets:
              - gpu: b200-sxm
              - gpu: h100-sxm
                %s
            """
                .formatted(teacher, wrong));

    CommandRun run = CommandRun.of("search", plan, "--out", folder.resolve("run"));

    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.out()).isEmpty();
    assertThat(run.err().lines().filter(line -> line.startsWith("puzzle4j: ")))
        .singleElement()
        .asString()
        .contains(complaint);
    assertThat(run.err()).doesNotContain("distill");
    try (Stream<Path> files = Files.walk(folder)) {
      assertThat(files).isSubsetOf(folder, plan, folder.resolve("run"));
    }
  }
}
