package io.github.puzzle4j.search.cli.frame;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.puzzle4j.search.cli.CommandRun;
import io.github.puzzle4j.search.run.SmallRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is printed where nothing is a terminal. */
class PlainOutputTest {

  private static final String CONTROL = "[\\p{Cntrl}&&[^\\n\\t]]";

  private static CommandRun distil(Path folder, String... options) throws IOException {
    SmallRun small = SmallRun.in(folder);
    Path plan =
        Files.writeString(
            folder.resolve("plan.yaml"),
            SmallRun.PLAN.replace("TEACHER", small.teacher().toString()));
    Object[] words = new Object[4 + options.length];
    System.arraycopy(new Object[] {"distill", plan, "--out", small.run()}, 0, words, 0, 4);
    System.arraycopy(options, 0, words, 4, options.length);
    return CommandRun.of(words);
  }

  @Test
  void progressIsPlainLines(@TempDir Path folder) throws IOException {
    CommandRun run = distil(folder);

    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.err()).contains("distill: started\n", "distill: done in ");
    assertThat(run.out() + run.err()).doesNotContainPattern(CONTROL);
  }

  @ParameterizedTest
  @ValueSource(strings = {"--quiet", "-q"})
  void quietIsTheAnswerAndWarningsAndNoProgress(String option, @TempDir Path folder)
      throws IOException {
    CommandRun run = distil(folder, option);

    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.out()).isNotEmpty();
    assertThat(run.err())
        .hasLineCount(1)
        .contains("the rest of its files is not read")
        .doesNotContain("started", "done in");
  }

  @Test
  void quietDoesNotHideErrors(@TempDir Path folder) {
    assertThat(CommandRun.of("report", folder, "--quiet"))
        .isEqualTo(
            CommandRun.refused(
                2,
                "%s: no finished run or sweep: there is no report.json in it".formatted(folder)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"--help", "search --help", "solve --help"})
  void helpHasNoControlCodes(String words) {
    assertThat(CommandRun.of((Object[]) words.split(" ")).out())
        .isNotEmpty()
        .doesNotContainPattern(CONTROL);
  }
}
