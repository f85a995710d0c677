package io.github.puzzle4j.search.cli.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.puzzle4j.blocklib.Json;
import io.github.puzzle4j.search.cli.CommandRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

class QuestionsCommandTest {

  private static final Path TEACHER = Path.of("..", "examples", "tiny-teacher");

  @TempDir Path folder;

  private Path text() throws IOException {
    Path text = folder.resolve("text.jsonl");
    if (!Files.exists(text)) {
      CommandRun run =
          CommandRun.of(
              "generate", "--model", TEACHER, "--out", text, "--documents", 64, "--tokens", 90);
      assertThat(run.exitCode()).as(run.err()).isZero();
    }
    return text;
  }

  private CommandRun questions(String out, Object... more) throws IOException {
    return longerQuestions(out, 12, more);
  }

  private CommandRun longerQuestions(String out, int promptWords, Object... more)
      throws IOException {
    List<Object> all =
        List.of(
            "questions",
            "--data",
            text(),
            "--out",
            folder.resolve(out),
            "--prompt-words",
            promptWords,
            "--answer-words",
            4);
    return CommandRun.of(Stream.concat(all.stream(), Stream.of(more)).toArray());
  }

  @Test
  void theRightChoiceFollowsThePromptInTheText() throws IOException {
    CommandRun run = questions("questions.jsonl", "--json");

    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.json().get("questions").intValue()).isEqualTo(200);
    List<String> texts =
        Files.readAllLines(text()).stream()
            .map(line -> Json.mapper().readTree(line).get("text").stringValue())
            .map(QuestionsCommandTest::words)
            .toList();
    for (String line : Files.readAllLines(folder.resolve("questions.jsonl"))) {
      JsonNode question = Json.mapper().readTree(line);
      String prompt = words(question.get("prompt").stringValue());
      JsonNode choices = question.get("choices");
      String right = words(choices.get(question.get("answer").intValue()).stringValue());
      assertThat(prompt.split(" ", -1)).hasSize(12);
      assertThat(choices.size()).isEqualTo(4);
      assertThat(choices).doesNotHaveDuplicates();
      assertThat(texts).anyMatch(text -> text.contains(prompt + " " + right));
    }
  }

  private static String words(String text) {
    return text.strip().replaceAll("\\s+", " ");
  }

  @Test
  void whoWroteTheTextAnswersThem() throws IOException {
    questions("questions.jsonl");

    CommandRun eval =
        CommandRun.of(
            "eval", "--model", TEACHER, "--tasks", folder.resolve("questions.jsonl"), "--json");

    assertThat(eval.exitCode()).as(eval.err()).isZero();
    JsonNode task = eval.json().get("tasks").iterator().next();
    assertThat(task.get("asked").intValue()).isEqualTo(200);
    assertThat(task.get("accuracy").doubleValue()).isGreaterThan(0.6);
  }

  @Test
  void sameSeedSameQuestions() throws IOException {
    questions("one.jsonl");
    questions("two.jsonl");
    questions("other.jsonl", "--seed", 2);

    assertThat(folder.resolve("two.jsonl")).hasSameBinaryContentAs(folder.resolve("one.jsonl"));
    assertThat(Files.readAllLines(folder.resolve("other.jsonl")))
        .doesNotContainAnyElementsOf(Files.readAllLines(folder.resolve("one.jsonl")));
  }

  @Test
  void tooLittleTextIsAMistake() throws IOException {
    CommandRun longer = longerQuestions("long.jsonl", 500);
    CommandRun more = questions("many.jsonl", "--count", 100_000);

    assertThat(longer.exitCode()).isEqualTo(2);
    assertThat(longer.err()).contains("0 of 64 rows are text of at least 504 words");
    assertThat(more.exitCode()).isEqualTo(2);
    assertThat(more.err()).contains("different questions, not for 100000");
    assertThat(folder.resolve("many.jsonl")).doesNotExist();
  }
}
