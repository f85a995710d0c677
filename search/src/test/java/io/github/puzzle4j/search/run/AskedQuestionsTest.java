package io.github.puzzle4j.search.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.puzzle4j.blocklib.Json;
import io.github.puzzle4j.blocklib.task.Task;
import io.github.puzzle4j.blocklib.task.TaskVersions;
import io.github.puzzle4j.search.cli.Main;
import io.github.puzzle4j.search.plan.PlanValueException;
import io.github.puzzle4j.search.report.TargetReport;
import io.github.puzzle4j.search.report.TargetReport.Kind;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** Questions of a plan: every measured model is asked. */
class AskedQuestionsTest {

  @TempDir Path folder;

  private SmallRun run;
  private Path questions;

  @BeforeEach
  void makeQuestions() throws IOException {
    run = SmallRun.in(folder);
    StringBuilder rows = new StringBuilder();
    for (int i = 0; i < 12; i++) {
      rows.append(
          """
          {"task": "chosen", "prompt": "copy %d cat", "choices": ["cat", "dog", "sun"], "answer": %d}
          {"task": "written", "prompt": "copy %d cat", "reference": "cat", "max_tokens": 3}
          """
              .formatted(i, i % 3, i));
    }
    questions = folder.resolve("questions.jsonl");
    Files.writeString(questions, rows);
  }

  private String plan() {
    return SmallRun.PLAN
        .replace("  cache: none", "  cache: none\n  questions: [questions.jsonl]")
        .replace("baselines: []", "baselines: [random]");
  }

  @Test
  void everyModelIsAskedAndAnswersAreStored() throws IOException {
    JsonNode asked = evaluated();
    try (Search search = run.open(plan(), TaskVersions.current())) {
      TargetReport report = search.run().report().targets().getFirst();
      assertThat(report.rows())
          .extracting(TargetReport.Row::kind)
          .contains(Kind.TEACHER, Kind.CHILD, Kind.CHILD_AFTER_GKD, Kind.RANDOM);
      assertThat(report.rows())
          .allSatisfy(
              row -> assertThat(row.measured().taskAccuracy()).containsKeys("chosen", "written"));
      assertThat(report.rows().getFirst().measured().taskAccuracy())
          .containsEntry("chosen", asked.path("chosen").path("accuracy").asDouble())
          .containsEntry("written", asked.path("written").path("accuracy").asDouble());
    }
    try (Search search = run.open(plan(), TaskVersions.current())) {
      search.run();
      assertThat(search.tasks().computed().values()).containsOnly(0);
    }
  }

  /** What the command says of the teacher. */
  private JsonNode evaluated() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    int code =
        Main.run(
            new PrintStream(out, true, StandardCharsets.UTF_8),
            System.err,
            "eval",
            "--json",
            "--model",
            run.teacher().toString(),
            "--tasks",
            questions.toString());
    assertThat(code).isZero();
    return Json.parse("answer", out.toByteArray(), JsonNode.class).path("tasks");
  }

  @Test
  void otherQuestionsAreAskedAgain() throws IOException {
    try (Search search = run.open(plan(), TaskVersions.current())) {
      search.run();
    }
    Files.writeString(questions, Files.readString(questions).replace("\"dog\"", "\"tree\""));
    try (Search search = run.open(plan(), TaskVersions.current())) {
      search.run();
      assertThat(search.tasks().computed().get(Task.Kind.MEASURE)).isPositive();
      assertThat(search.tasks().computed().get(Task.Kind.TRAIN)).isZero();
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {"prompt": "a", "choices": ["b", "c"]}                     | has no right answer
          {"prompt": "a", "choices": ["LONG", "c"], "answer": 0}     | tokens; the model supports at most
          """)
  void whatCannotBeAskedIsFoundWhenThePlanIsChecked(String row, String message) throws IOException {
    Files.writeString(questions, row.replace("LONG", "cat ".repeat(500)) + "\n");
    assertThatThrownBy(() -> run.open(plan(), TaskVersions.current()).close())
        .isInstanceOf(PlanValueException.class)
        .hasMessageContaining("data.questions")
        .hasMessageContaining("questions.jsonl, line 1")
        .hasMessageContaining(message);
  }
}
