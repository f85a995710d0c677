package io.github.puzzle4j.search.cli.machine;

import io.github.puzzle4j.blocklib.Json;
import io.github.puzzle4j.search.cli.frame.Answer;
import io.github.puzzle4j.search.cli.frame.AnsweringCommand;
import io.github.puzzle4j.search.progress.Progress;
import java.util.Locale;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The script by which a shell completes commands and options. */
@Command(
    name = "completion",
    description = "Print a script by which bash or zsh completes commands and options.",
    footer = {
      "",
      "bash, in ~/.bashrc: source <(puzzle4j completion bash)",
      "zsh, in ~/.zshrc: source <(puzzle4j completion zsh)"
    })
public final class CompletionCommand extends AnsweringCommand {

  /** A shell; both read one script, which sets up zsh for functions of bash. */
  enum Shell {
    BASH,
    ZSH;

    /** As it is typed, and so completed. */
    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  @Parameters(paramLabel = "SHELL", description = "bash or zsh.")
  private Shell shell = Shell.BASH;

  @Spec private CommandSpec own;

  @Override
  protected Answer answer(Progress progress) {
    CommandSpec root = own.root();
    String script = AutoComplete.bash(root.name(), root.commandLine());
    return Answer.success(
        Json.mapper().createObjectNode().put("shell", shell.toString()).put("script", script),
        script.stripTrailing());
  }
}
