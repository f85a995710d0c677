package io.github.puzzle4j.search.cli.machine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.puzzle4j.search.cli.CommandRun;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CompletionCommandTest {

  /** What bash offers after some words of a command line. */
  private static String offered(Path folder, String shell, String... words)
      throws IOException, InterruptedException {
    Path script =
        Files.writeString(folder.resolve("completion"), CommandRun.of("completion", shell).out());
    Process bash =
        new ProcessBuilder(
                "bash",
                "-c",
                "source '%s'; COMP_WORDS=(%s); COMP_CWORD=%d; COMP_TYPE=9; _complete_puzzle4j 2>/dev/null; echo \"${COMPREPLY[*]}\""
                    .formatted(script, String.join(" ", words), words.length - 1))
            .redirectErrorStream(true)
            .start();
    String answer = new String(bash.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(bash.waitFor()).as(answer).isZero();
    return answer.replaceAll("\\s+", " ").strip();
  }

  @ParameterizedTest
  @CsvSource({"bash", "zsh"})
  void bashCompletesCommandsAndOptions(String shell, @TempDir Path folder)
      throws IOException, InterruptedException {
    assumeTrue(Files.isExecutable(Path.of("/bin/bash")), "no bash here");

    assertThat(offered(folder, shell, "puzzle4j", "rep")).isEqualTo("report");
    assertThat(offered(folder, shell, "puzzle4j", "verify-")).isEqualTo("verify-export");
    assertThat(offered(folder, shell, "puzzle4j", "search", "--qu")).isEqualTo("--quiet");
    assertThat(offered(folder, shell, "puzzle4j", "target", "ch")).isEqualTo("check");
  }

  @Test
  void theScriptSetsUpZshToo() {
    assertThat(CommandRun.of("completion", "zsh").out()).contains("bashcompinit");
  }

  @Test
  void anotherShellIsOneLine() {
    CommandRun run = CommandRun.of("completion", "fish");

    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.out()).isEmpty();
    assertThat(run.err()).hasLineCount(1).contains("fish", "bash", "zsh");
  }
}
