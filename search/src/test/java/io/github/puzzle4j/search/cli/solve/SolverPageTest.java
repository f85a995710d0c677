package io.github.puzzle4j.search.cli.solve;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.puzzle4j.search.cli.CommandRun;
import io.github.puzzle4j.solver.SelectionProblem;
import io.github.puzzle4j.solver.SelectionSolver;
import io.github.puzzle4j.solver.SolveResult;
import io.github.puzzle4j.solver.json.ProblemFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the page on the solver shows does what it says. */
class SolverPageTest {

  private static final String COMMAND = "./puzzle4j ";
  private static final Path ROOT = Path.of("..");

  private static List<String> page() throws IOException {
    return Files.readAllLines(ROOT.resolve("docs/solver.md"));
  }

  static Stream<String> commands() throws IOException {
    return page().stream()
        .filter(line -> line.startsWith(COMMAND))
        .map(line -> line.substring(COMMAND.length()));
  }

  @Test
  void thereAreCommandsOfEachKind() throws IOException {
    assertThat(commands().map(command -> command.split(" ", -1)[0]))
        .contains("solve", "frontier", "ladder")
        .hasSizeGreaterThan(6);
  }

  @ParameterizedTest
  @MethodSource("commands")
  void everyCommandSucceeds(String command) {
    Object[] arguments =
        command.replace("examples/", ROOT.resolve("examples/") + "/").split(" ", -1);
    CommandRun run = CommandRun.of(arguments);
    assertThat(run.err()).isEmpty();
    assertThat(run.exitCode()).isZero();
    assertThat(run.out()).contains("optimal");
  }

  @Test
  void theProblemIsOne() throws IOException {
    List<String> page = page();
    int start = page.indexOf("```json");
    int end = start + page.subList(start, page.size()).indexOf("```");
    String json = String.join("\n", page.subList(start + 1, end));
    SelectionProblem problem = ProblemFile.parse(json.getBytes(UTF_8), "page");
    assertThat(SelectionSolver.solve(problem))
        .isInstanceOfSatisfying(
            SolveResult.Solved.class, solved -> assertThat(solved.objective()).isEqualTo(0.4));
  }

  @Test
  void theTableOfLimitsIsWhatIsPrinted() throws IOException {
    CommandRun run =
        CommandRun.of(
            "solve",
            ROOT.resolve("examples/solver/batch-64.json"),
            "--sensitivity",
            "--step",
            "memory_mib=64");
    List<String> page = page();
    int row =
        page.indexOf(
            page.stream().filter(line -> line.startsWith("limit  ")).findFirst().orElseThrow());
    // Prices are good ones, not the only ones.
    assertThat(run.out()).contains(page.get(row).strip());
    assertThat(run.out().lines().filter(line -> line.contains("<=")))
        .zipSatisfy(
            page.subList(row + 2, row + 4),
            (printed, shown) ->
                assertThat(List.of(printed.split(" +", -1))).startsWith(prefix(shown)));
  }

  /** Limit and slack. */
  private static String[] prefix(String row) {
    return List.of(row.split(" +", -1)).subList(0, 4).toArray(String[]::new);
  }
}
