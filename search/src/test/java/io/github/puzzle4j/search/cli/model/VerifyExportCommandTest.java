package io.github.puzzle4j.search.cli.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.puzzle4j.blocklib.arch.GatedFfn;
import io.github.puzzle4j.blocklib.arch.Layer;
import io.github.puzzle4j.blocklib.arch.Model;
import io.github.puzzle4j.blocklib.arch.NoFfn;
import io.github.puzzle4j.blocklib.arch.SoftmaxAttention;
import io.github.puzzle4j.blocklib.checkpoint.Checkpoint;
import io.github.puzzle4j.blocklib.checkpoint.Tensor;
import io.github.puzzle4j.blocklib.checkpoint.TensorSource;
import io.github.puzzle4j.blocklib.checkpoint.TensorType;
import io.github.puzzle4j.export.ChildModel;
import io.github.puzzle4j.export.Exporters;
import io.github.puzzle4j.search.cli.CommandRun;
import io.github.puzzle4j.search.cli.DrawnNumbers;
import io.github.puzzle4j.search.cli.DrawnTeacher;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

class VerifyExportCommandTest {

  private static final String LLAMA = "\"model_type\": \"llama\", " + DrawnTeacher.ALIKE;
  private static final String QWEN3 = "\"model_type\": \"qwen3\", " + DrawnTeacher.ALIKE;

  @TempDir Path folder;

  /** Children of a teacher in which one layer has fewer heads and the other no FFN. */
  private Path exported(String config, String format) throws IOException {
    Path teacher = folder.resolve("teacher");
    if (!Files.exists(teacher)) {
      DrawnTeacher.write(teacher, config);
    }
    try (Checkpoint checkpoint = Checkpoint.open(teacher)) {
      Model model = checkpoint.model();
      SoftmaxAttention own = model.firstSoftmax().orElseThrow();
      Model child =
          model.withLayers(
              List.of(
                  new Layer(own.withKvHeads(2), new GatedFfn(32)), new Layer(own, new NoFfn())));
      Map<String, Tensor> tensors = new LinkedHashMap<>();
      child
          .tensors()
          .forEach((name, shape) -> tensors.put(name, drawn(name, shape, model.hiddenSize())));
      return Exporters.named(format)
          .export(new ChildModel(child, TensorSource.of(tensors), teacher), folder.resolve(format))
          .files()
          .getLast();
    }
  }

  /** Smaller where sums are of more numbers, so that logits are not large. */
  private static Tensor drawn(String name, List<Long> shape, int hidden) {
    Tensor drawn = DrawnNumbers.of(name, shape, TensorType.BF16);
    if (shape.size() == 1) {
      return drawn;
    }
    float[] values = drawn.toFloats();
    for (int i = 0; i < values.length; i++) {
      values[i] *= (float) Math.pow(32.0 / hidden, 0.75);
    }
    return Tensor.ofFloats(TensorType.BF16, shape, values);
  }

  private Path exportedFolder(String config) throws IOException {
    exported(config, "huggingface");
    return folder.resolve("huggingface");
  }

  private static Map<String, String> outcomes(JsonNode answer) {
    Map<String, String> outcomes = new LinkedHashMap<>();
    answer
        .get("checks")
        .forEach(check ->
            outcomes.put(check.get("check").stringValue(), check.get("outcome").stringValue()));
    return outcomes;
  }

  @ParameterizedTest
  @CsvSource({"gguf, 0.2", "gguf-f32, 0.01"})
  void aGgufFileIsComputedByLlamaCppAndComparedWithTheFolder(String format, double allowedLead)
      throws IOException {
    Path gguf = exported(LLAMA, format);
    Path hf = exportedFolder(LLAMA);

    CommandRun run = CommandRun.of("verify-export", gguf, "--against", hf, "--json");

    assertThat(run.exitCode()).as(run.out() + run.err()).isZero();
    assertThat(outcomes(run.json()))
        .containsExactly(
            Map.entry("read", "passed"),
            Map.entry("against", "passed"),
            Map.entry("llama.cpp", "passed"));
    JsonNode checks = run.json().get("checks");
    assertThat(checks.get(1).get("kl").doubleValue()).isBetween(-1e-6, 1e-4);
    JsonNode llamaCpp = checks.get(2);
    assertThat(llamaCpp.get("allowed_lead").doubleValue()).isEqualTo(allowedLead);
    assertThat(llamaCpp.get("lm_loss").doubleValue())
        .isCloseTo(llamaCpp.get("expected").doubleValue(), within(allowedLead / 100));
    assertThat(llamaCpp.get("detail").stringValue()).contains("of 16 greedy tokens");
  }

  /** Rows of 256 numbers, as K-quants need, and of 32 in the FFN of one layer. */
  @ParameterizedTest
  @CsvSource({
    "gguf-q8-0, Q8_0",
    "gguf-q4-0, 'Q4_0, Q6_K'",
    "gguf-q4-k-m, 'Q4_K, Q6_K, Q8_0'",
    "gguf-q6-k, 'Q6_K, Q8_0'",
  })
  void aQuantisedFileIsContinuedByLlamaCppAndNearTheFolder(String format, String types)
      throws IOException {
    String large =
        LLAMA
            .replace("\"hidden_size\": 32", "\"hidden_size\": 256")
            .replace("\"head_dim\": 8", "\"head_dim\": 64");
    Path gguf = exported(large, format);
    Path hf = exportedFolder(large);

    CommandRun run = CommandRun.of("verify-export", gguf, "--against", hf, "--json");

    assertThat(run.exitCode()).as(run.out() + run.err()).isZero();
    assertThat(outcomes(run.json()).values()).containsOnly("passed");
    assertThat(run.json().get("checks").get(0).get("detail").stringValue())
        .contains(types.split(", ", -1));
  }

  @Test
  void aFolderOfAnyFamilyIsReadAndWhatIsNotCheckedIsSaid() throws IOException {
    Path hf = exportedFolder(QWEN3);

    CommandRun run = CommandRun.of("verify-export", hf);

    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.out())
        .contains("read          passed        qwen3 of 2 layers")
        .contains("against       not checked   no model to compare with; name it by --against")
        .contains("transformers  not checked   no Python with transformers; name it by --python")
        .contains("vllm          not checked   no Python with vllm; name it by --python");
  }

  @Test
  void anotherModelIsAFailure() throws IOException {
    Path hf = exportedFolder(LLAMA);
    Path other = folder.resolve("other");
    DrawnTeacher.write(other, LLAMA);

    CommandRun run = CommandRun.of("verify-export", hf, "--against", other, "--json");

    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(outcomes(run.json())).containsEntry("against", "failed");
    assertThat(run.json().get("failed").intValue()).isOne();
    assertThat(run.err()).contains("1 of 4 checks failed");
  }

  @Test
  void aDamagedFolderIsAFailureAndAMissingOneAMistake() throws IOException {
    Path hf = exportedFolder(LLAMA);
    Path weights = hf.resolve("model.safetensors");
    byte[] bytes = Files.readAllBytes(weights);
    Files.write(weights, Arrays.copyOf(bytes, bytes.length - 5));

    CommandRun damaged = CommandRun.of("verify-export", hf);
    CommandRun missing = CommandRun.of("verify-export", folder.resolve("nothing"));

    assertThat(damaged.exitCode()).isEqualTo(1);
    assertThat(damaged.out()).contains("read          failed").contains("model.safetensors");
    assertThat(missing.exitCode()).isEqualTo(2);
    assertThat(missing.err()).contains("nothing: no such file or folder");
  }

  @Test
  void aPythonThatIsNoneIsAFailure() throws IOException {
    Path hf = exportedFolder(LLAMA);

    CommandRun run = CommandRun.of("verify-export", hf, "--python", folder.resolve("no-python"));

    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.out()).contains("no-python cannot be run");
  }

  /** Transformers warns of it, and takes the numbers without their factors. */
  @Test
  void whatTransformersWouldReadAsSomethingElseIsNotAskedOfIt() throws IOException {
    Path teacher = folder.resolve("teacher");
    DrawnTeacher.write(teacher, LLAMA);
    try (Checkpoint own = Checkpoint.open(teacher)) {
      Map<String, Float> inputs = new LinkedHashMap<>();
      own.names().forEach(name -> inputs.put(name, 1f));
      Exporters.named("huggingface-fp8-static")
          .export(new ChildModel(own.model(), own, teacher, inputs), folder.resolve("fp8"));
    }

    CommandRun run =
        CommandRun.of(
            "verify-export", folder.resolve("fp8"), "--python", folder.resolve("no-python"));

    assertThat(run.out())
        .contains("transformers  not checked   it passes over ModelOpt's quantisation")
        .contains("no-python cannot be run");
  }

  @Test
  void transformersLoadsTheFolderAndComputesTheSame() throws IOException {
    String python = System.getenv("PUZZLE4J_PYTHON");
    assumeTrue(python != null, "needs a Python with transformers, named by PUZZLE4J_PYTHON");
    Path hf = exportedFolder(QWEN3);
    List<String> rows = new ArrayList<>();
    for (int row = 0; row < 4; row++) {
      rows.add("{\"text\": \"the cat and the dog tell a story %d\"}".formatted(row));
    }
    Path data = Files.write(folder.resolve("rows.jsonl"), rows);

    CommandRun run =
        CommandRun.of("verify-export", hf, "--python", python, "--data", data, "--json");

    assertThat(outcomes(run.json())).as(run.out()).containsEntry("transformers", "passed");
    JsonNode check = run.json().get("checks").get(2);
    assertThat(check.get("lm_loss").doubleValue() - check.get("expected").doubleValue())
        .isBetween(-1e-5, 1e-5);
  }
}
