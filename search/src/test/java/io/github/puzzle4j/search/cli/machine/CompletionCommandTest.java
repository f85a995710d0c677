package io.github.puzzle4j.search.cli.machine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.puzzle4j.search.cli.CommandRun;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
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

  /** A zsh in a terminal of its own, in which the words are typed and the tabulator is pressed. */
  @ParameterizedTest
  @CsvSource({
    "puzzle4j sea, puzzle4j search",
    "./puzzle4j rep, ./puzzle4j report",
    "puzzle4j search --qu, puzzle4j search --quiet",
    "puzzle4j target ch, puzzle4j target check",
    "puzzle4j completion z, puzzle4j completion zsh",
  })
  void zshCompletesWhatIsTyped(String typed, String completed, @TempDir Path folder)
      throws IOException, InterruptedException {
    assumeTrue(Files.isExecutable(Path.of("/usr/bin/zsh")), "no zsh here");
    Path script =
        Files.writeString(
            folder.resolve("completion"), CommandRun.of("completion", "zsh").out() + "\n");
    Path session =
        Files.writeString(
            folder.resolve("session"),
            """
            zmodload zsh/zpty
            zpty typed "PS1= TERM=dumb ZDOTDIR=%1$s zsh -f -i"
            zpty -w typed "source '%2$s'; unset zle_bracketed_paste; echo LOA''DED"
            zpty -r typed shown '*LOADED*'
            zpty -n -w typed '%3$s'$'\\t'
            zpty -r typed shown '*%4$s*'
            print COMPLETED
            zpty -d typed
            """
                .formatted(folder, script, typed, completed));
    Process zsh =
        new ProcessBuilder("zsh", "-f", session.toString())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("printed").toFile())
            .start();

    boolean ended = zsh.waitFor(20, TimeUnit.SECONDS);
    zsh.destroyForcibly().waitFor();

    assertThat(ended).as("'%s' is not completed to '%s'", typed, completed).isTrue();
    assertThat(folder.resolve("printed")).content().contains("COMPLETED");
  }

  @Test
  void anotherShellIsOneLine() {
    CommandRun run = CommandRun.of("completion", "fish");

    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.out()).isEmpty();
    assertThat(run.err()).hasLineCount(1).contains("fish", "bash", "zsh");
  }
}
