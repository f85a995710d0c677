package io.github.puzzle4j.search.cli.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.puzzle4j.blocklib.Json;
import io.github.puzzle4j.blocklib.arch.TensorNames;
import io.github.puzzle4j.blocklib.checkpoint.Checkpoint;
import io.github.puzzle4j.blocklib.checkpoint.CheckpointWriter;
import io.github.puzzle4j.blocklib.checkpoint.SafetensorsFile;
import io.github.puzzle4j.blocklib.checkpoint.Tensor;
import io.github.puzzle4j.blocklib.checkpoint.TensorSource;
import io.github.puzzle4j.blocklib.checkpoint.TensorType;
import io.github.puzzle4j.search.cli.CommandRun;
import io.github.puzzle4j.search.cli.Golden;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

public class EvalCommandTest {

  private static final Path ROWS = Golden.EVAL.resolve("rows.jsonl");
  private static final Path TEACHER = Golden.EVAL.resolve("teacher");

  @TempDir Path folder;

  private Path data(String text) throws IOException {
    return Files.writeString(folder.resolve("data.jsonl"), text);
  }

  public static JsonNode eval(Object... arguments) {
    Object[] all = new Object[arguments.length + 2];
    all[0] = "eval";
    all[1] = "--json";
    System.arraycopy(arguments, 0, all, 2, arguments.length);
    CommandRun run = CommandRun.of(all);
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.err()).matches("evaluate: started\nevaluate: done in .*\n");
    return run.json();
  }

  @Test
  void textsAndIdsMeasureAsInTransformers() throws IOException {
    JsonNode expected = Json.readTree(Golden.EVAL.resolve("expected.json"));
    JsonNode measured = eval("--model", Golden.EVAL, "--teacher", TEACHER, "--data", ROWS);

    for (String score : new String[] {"lm_loss", "kl"}) {
      for (String part : new String[] {"mean", "standard_error"}) {
        assertThat(measured.at("/" + score + "/" + part).doubleValue())
            .isCloseTo(expected.at("/" + score + "/" + part).doubleValue(), within(1e-5));
      }
    }
    assertThat(measured.at("/tokens").intValue()).isEqualTo(expected.at("/tokens").intValue());
    for (String top : new String[] {"top1", "top5", "top10"}) {
      assertThat(measured.at("/accuracy/" + top).doubleValue())
          .isCloseTo(expected.at("/" + top).doubleValue(), within(1e-9));
    }
    assertThat(measured.at("/perplexity").doubleValue())
        .isCloseTo(Math.exp(expected.at("/lm_loss/mean").doubleValue()), within(1e-2));
    assertThat(measured.at("/tasks/follow").toString())
        .isEqualTo("{\"accuracy\":0.5,\"right\":1,\"asked\":2}");
    assertThat(measured.at("/tasks").propertyNames()).containsExactly("follow", "sums");
  }

  @Test
  void furtherMetricsAreMeasuredAsInTransformers() throws IOException {
    JsonNode expected = Json.readTree(Golden.EVAL.resolve("expected_metrics.json"));
    String names = String.join(",", expected.propertyNames());
    JsonNode measured =
        eval("--model", Golden.EVAL, "--teacher", TEACHER, "--data", ROWS, "--metric", names);

    for (String name : expected.propertyNames()) {
      assertThat(measured.at("/" + name + "/mean").doubleValue())
          .as(name)
          .isCloseTo(expected.get(name).doubleValue(), within(1e-5));
      assertThat(measured.at("/" + name + "/standard_error").doubleValue()).isPositive();
    }
  }

  @Test
  void questionsAreAnsweredAsInTransformers() throws IOException {
    JsonNode expected = Json.readTree(Golden.EVAL.resolve("expected_tasks.json"));
    CommandRun run =
        CommandRun.of(
            "eval",
            "--json",
            "--model",
            Golden.EVAL,
            "--tasks",
            Golden.EVAL.resolve("tasks.jsonl"));

    assertThat(run.exitCode()).as(run.err()).isZero();
    JsonNode tasks = run.json().get("tasks");
    assertThat(run.json().propertyNames()).containsExactly("tasks");
    assertThat(tasks.propertyNames()).containsExactlyElementsOf(expected.propertyNames());
    for (String name : expected.propertyNames()) {
      JsonNode wanted = expected.get(name);
      JsonNode task = tasks.get(name);
      assertThat(task.get("kind")).as(name).isEqualTo(wanted.get("kind"));
      assertThat(task.get("right")).as(name).isEqualTo(wanted.get("right"));
      assertThat(task.get("asked")).as(name).isEqualTo(wanted.get("asked"));
      if (wanted.has("right_by_length")) {
        assertThat(task.get("accuracy_by_length").doubleValue() * task.get("asked").doubleValue())
            .as(name)
            .isCloseTo(wanted.get("right_by_length").doubleValue(), within(1e-9));
      }
    }
  }

  @Test
  void tasksAndTextAreMeasuredTogether() {
    CommandRun run =
        CommandRun.of(
            "eval",
            "--model",
            Golden.EVAL,
            "--data",
            ROWS,
            "--tasks",
            Golden.EVAL.resolve("tasks.jsonl"));

    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.out())
        .contains("LM loss ", "sums         0.00 % of 2 answers")
        .contains("mmlu         50.00 % of 2 answers, by length 50.00 %")
        .contains("write        83.33 % of 6 answers");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{}|has no prompt, which is one of prompt, context",
        "[1]|is not a JSON object",
        "{\"prompt\": 3, \"reference\": \"x\"}|'prompt' must be text, not 3",
        "{\"prompt\": \"x\"}|has no reference, which is one of reference, references",
        "{\"prompt\": \"x\", \"choices\": [\"a\"], \"answer\": 0}|has 1 choices",
        "{\"prompt\": \"x\", \"choices\": [\"a\", \"b\"]}|has no right answer, which is one of answer, label",
        "{\"prompt\": \"x\", \"choices\": [\"a\", \"b\"], \"answer\": 2}|none of its 2 choices",
        "{\"prompt\": \"x\", \"choices\": [\"a\", \"b\"], \"answer\": -1}|none of its 2 choices",
        "{\"prompt\": \"x\", \"choices\": [\"a\", \"b\"], \"answer\": 1.5}|must be text, not 1.5",
        "{\"prompt\": \"x\", \"choices\": [\"a\", \"\"], \"answer\": 1}|choice 1 has no token",
        "{\"prompt\": \"x\", \"reference\": \"y\", \"max_tokens\": 0}|from 1 to 65536, not 0",
        "{\"prompt\": \"x\", \"reference\": []}|'reference' is empty",
        "{\"prompt\": \"x\", \"reference\": |Unexpected end",
      })
  void questionsThatCannotBeAskedAreNamed(String row, String problem) throws IOException {
    Path file = Files.writeString(folder.resolve("quiz.jsonl"), "\n" + row + "\n");

    CommandRun run = CommandRun.of("eval", "--model", Golden.EVAL, "--tasks", file);

    assertThat(run.exitCode()).as(run.err()).isEqualTo(2);
    assertThat(run.err()).contains(file + ", line 2").contains(problem).doesNotContain("\tat ");
  }

  @Test
  void whatCannotBeMeasuredIsRefused() throws IOException {
    requireMistake("nothing to measure: give --data, --tasks or both");
    requireMistake("--teacher", "--data", ROWS.toString(), "--metric", "tv");
    requireMistake("unknown 'kll'", "--data", ROWS.toString(), "--metric", "kll");
    Path none = Files.writeString(folder.resolve("none.jsonl"), "\n");
    requireMistake("holds no question", "--tasks", none.toString());
    requireMistake("no such file", "--tasks", folder.resolve("absent.jsonl").toString());
    Path mixed =
        Files.writeString(
            folder.resolve("mixed.jsonl"),
            """
            {"prompt": "x", "reference": "y"}
            {"prompt": "x", "choices": ["y", "z"], "answer": 0}
            """);
    requireMistake("has rows with choices and rows without", "--tasks", mixed.toString());
    Path sums =
        Files.writeString(
            folder.resolve("sums.jsonl"), "{\"prompt\": \"x\", \"reference\": \"y\"}");
    requireMistake(
        "both have a task 'sums'", "--data", ROWS.toString(), "--tasks", sums.toString());
  }

  private static void requireMistake(String problem, Object... arguments) {
    Object[] all = new Object[arguments.length + 3];
    all[0] = "eval";
    all[1] = "--model";
    all[2] = Golden.EVAL;
    System.arraycopy(arguments, 0, all, 3, arguments.length);
    CommandRun run = CommandRun.of(all);
    assertThat(run.exitCode()).as(run.err()).isEqualTo(2);
    assertThat(run.err()).contains(problem);
  }

  @Test
  void theFieldsAreThoseOfTheFormat() {
    JsonNode alone = eval("--model", Golden.EVAL, "--data", ROWS);

    assertThat(alone.propertyNames())
        .containsExactly("lm_loss", "perplexity", "tokens", "accuracy", "tasks");
    assertThat(alone.at("/lm_loss").propertyNames()).containsExactly("mean", "standard_error");
    assertThat(alone.at("/accuracy").propertyNames()).containsExactly("top1", "top5", "top10");
    JsonNode withTeacher = eval("--model", Golden.EVAL, "--data", ROWS, "--teacher", Golden.EVAL);
    assertThat(withTeacher.propertyNames())
        .containsExactly("lm_loss", "perplexity", "tokens", "accuracy", "tasks", "kl");
    assertThat(withTeacher.at("/kl/mean").doubleValue()).isZero();
  }

  /**
   * Golden logits come from transformers, or from float64 arithmetic where it has no such model.
   */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "untied-f32",
        "tied-bf16",
        "sharded-bf16",
        "llama3-rope-bf16",
        "llama3-legacy-config-bf16",
        "nemotron-nas-bf16"
      })
  void everyFamilyMeasuresAsItsGoldenLogitsSay(String name) throws IOException {
    Path model = Golden.llama(name);
    int[] ids;
    float[] logits;
    try (SafetensorsFile golden = SafetensorsFile.open(model.resolve("golden.safetensors"))) {
      ids =
          Arrays.stream(
                  golden
                      .tensor("input_ids")
                      .data()
                      .toArray(ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN)))
              .mapToInt(Math::toIntExact)
              .toArray();
      logits = golden.tensor("logits").toFloats();
    }
    JsonNode measured =
        eval(
            "--model",
            model,
            "--data",
            data("{\"input_ids\": %s}".formatted(Arrays.toString(ids))));

    assertThat(measured.at("/tokens").intValue()).isEqualTo(ids.length - 1);
    assertThat(measured.at("/lm_loss/mean").doubleValue())
        .isCloseTo(loss(ids, logits), within(1e-4));
  }

  private static double loss(int[] ids, float[] logits) {
    int vocabulary = logits.length / ids.length;
    double sum = 0;
    for (int position = 0; position < ids.length - 1; position++) {
      double weights = 0;
      for (int token = 0; token < vocabulary; token++) {
        weights += Math.exp(logits[position * vocabulary + token]);
      }
      sum += Math.log(weights) - logits[position * vocabulary + ids[position + 1]];
    }
    return sum / (ids.length - 1);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 100})
  void theBatchDoesNotMatter(int batch) {
    JsonNode alone = eval("--model", Golden.EVAL, "--data", ROWS, "--teacher", TEACHER);
    JsonNode measured =
        eval("--model", Golden.EVAL, "--data", ROWS, "--teacher", TEACHER, "--batch", batch);

    for (String number :
        new String[] {"/lm_loss/mean", "/lm_loss/standard_error", "/kl/mean", "/tokens"}) {
      assertThat(measured.at(number).doubleValue())
          .isCloseTo(alone.at(number).doubleValue(), within(1e-6));
    }
    assertThat(measured.at("/accuracy")).isEqualTo(alone.at("/accuracy"));
    assertThat(measured.at("/tasks")).isEqualTo(alone.at("/tasks"));
  }

  @Test
  void bfloat16IsAlmostTheSame() {
    double exact = eval("--model", Golden.EVAL, "--data", ROWS).at("/lm_loss/mean").doubleValue();
    double rounded =
        eval("--model", Golden.EVAL, "--data", ROWS, "--precision", "bfloat16")
            .at("/lm_loss/mean")
            .doubleValue();

    assertThat(rounded).isNotEqualTo(exact).isCloseTo(exact, within(0.02));
  }

  @Test
  void peopleReadLines() {
    assertThat(
            CommandRun.of("eval", "--model", Golden.EVAL, "--teacher", TEACHER, "--data", ROWS)
                .out())
        .contains("LM loss      5.5775 ± 0.5123 nats per token over 118 tokens")
        .contains("KL           0.8541 ± 0.0659 nats per token")
        .contains("accuracy     16.95 %", "follow       50.00 % of 2 answers");
  }

  @Test
  void aTeacherOfAnotherVocabularyIsOneLine() {
    Path teacher = Golden.llama("tied-bf16");

    assertThat(CommandRun.of("eval", "--model", Golden.EVAL, "--teacher", teacher, "--data", ROWS))
        .isEqualTo(
            CommandRun.refused(
                2,
                "%s has a vocabulary of 280, its teacher %s one of 64: KL needs the same tokens"
                    .formatted(Golden.EVAL, teacher)));
  }

  @Test
  void weightsThatAreNoNumbersAreSaidToBe() throws IOException {
    Path broken = folder.resolve("broken");
    try (Checkpoint golden = Checkpoint.open(Golden.EVAL)) {
      Map<String, Tensor> tensors = new LinkedHashMap<>();
      for (String name : golden.names()) {
        tensors.put(name, golden.tensor(name));
      }
      float[] norm = golden.tensor(TensorNames.FINAL_NORM).toFloats();
      norm[3] = Float.NaN;
      tensors.put(
          TensorNames.FINAL_NORM,
          Tensor.ofFloats(TensorType.BF16, golden.spec(TensorNames.FINAL_NORM).shape(), norm));
      CheckpointWriter.write(
          broken, golden.model(), TensorSource.of(tensors), TensorType.BF16, 1 << 20);
    }
    CommandRun run =
        CommandRun.of(
            "eval", "--json", "--model", broken, "--data", data("{\"input_ids\": [1, 2]}"));

    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.out()).isEmpty();
    assertThat(run.err())
        .endsWith(
            "puzzle4j: %s: tensor 'model.norm.weight' holds NaN at [3]; 1 of its 16 numbers are not finite\n"
                .formatted(broken));
    assertThat(
            CommandRun.of(
                    "eval",
                    "--model",
                    Golden.EVAL,
                    "--teacher",
                    broken,
                    "--data",
                    data("{\"input_ids\": [1, 2]}"))
                .err())
        .contains("%s: tensor 'model.norm.weight' holds NaN".formatted(broken));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "--batch=0|--batch 0: must be at least 1",
        "--batch=x|Invalid value for option '--batch': must be a whole number, not 'x'; 'puzzle4j"
            + " eval --help' tells more",
        "--precison=float32|unknown option '--precison' of 'puzzle4j eval'; did you mean"
            + " '--precision'?",
        "--precision=int4|Invalid value for option '--precision': must be one of float32,"
            + " bfloat16, not 'int4'; 'puzzle4j eval --help' tells more"
      })
  void aWrongOptionIsOneLine(String option, String line) {
    assertThat(CommandRun.of("eval", "--model", Golden.EVAL, "--data", ROWS, option))
        .isEqualTo(CommandRun.refused(2, line));
  }
}
