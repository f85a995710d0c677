package io.github.puzzle4j.search.cli.model;

import io.github.puzzle4j.blocklib.Json;
import io.github.puzzle4j.search.cli.frame.Answer;
import io.github.puzzle4j.search.cli.frame.AnsweringCommand;
import io.github.puzzle4j.search.cli.frame.CliException;
import io.github.puzzle4j.search.cli.frame.Require;
import io.github.puzzle4j.search.generate.ContinuationQuestions;
import io.github.puzzle4j.search.progress.Progress;
import java.io.IOException;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import tools.jackson.databind.node.ObjectNode;

/** Makes questions of text. */
@Command(
    name = "questions",
    description = "Make multiple choice of text: which of several passages follows a prompt.",
    showDefaultValues = true)
public final class QuestionsCommand extends AnsweringCommand {

  @Option(
      names = "--data",
      required = true,
      paramLabel = "FILE_OR_DIR",
      description = "Rows of text as for eval, which no model was trained on.")
  private Path data;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "FILE",
      description = "JSON Lines to write, for eval --tasks and data.questions of plans.")
  private Path out;

  @Option(names = "--count", defaultValue = "200", description = "Number of questions.")
  private int count;

  @Option(names = "--choices", defaultValue = "4", description = "Of each question.")
  private int choices;

  @Option(names = "--prompt-words", defaultValue = "48", description = "Of each prompt.")
  private int promptWords;

  @Option(
      names = "--answer-words",
      defaultValue = "12",
      description = "Of each choice: fewer make questions harder.")
  private int answerWords;

  @Option(names = "--seed", defaultValue = "1", description = "Of the draws.")
  private long seed;

  @Override
  protected Answer answer(Progress progress) throws CliException, IOException {
    Require.positive("--count", count);
    Require.positive("--prompt-words", promptWords);
    Require.positive("--answer-words", answerWords);
    if (choices < 2) {
      throw new CliException.UserMistake("--choices %d: at least 2".formatted(choices));
    }
    new ContinuationQuestions(count, choices, promptWords, answerWords, seed).write(data, out);
    ObjectNode json = Json.mapper().createObjectNode();
    json.put("file", out.toString()).put("questions", count).put("choices", choices);
    return Answer.success(json, "%s: %,d questions of %d choices".formatted(out, count, choices));
  }
}
