package io.github.puzzle4j.search.cli.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.puzzle4j.blocklib.arch.Child;
import io.github.puzzle4j.blocklib.checkpoint.Checkpoint;
import io.github.puzzle4j.blocklib.task.Digests;
import io.github.puzzle4j.search.cli.CommandRun;
import io.github.puzzle4j.search.cli.DrawnTeacher;
import io.github.puzzle4j.search.cli.model.EvalCommandTest;
import io.github.puzzle4j.search.plan.PlanReader;
import io.github.puzzle4j.search.progress.Progress;
import io.github.puzzle4j.search.run.ChildWeights;
import io.github.puzzle4j.search.run.Search;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** A whole search, short in everything, on a random teacher of each family. */
class FamilySearchTest {

  private static final Map<String, String> CONFIGS =
      Map.of(
          "biased llama",
              "\"model_type\": \"llama\", \"attention_bias\": true, " + DrawnTeacher.ALIKE,
          "mistral", "\"model_type\": \"mistral\", \"sliding_window\": null, " + DrawnTeacher.ALIKE,
          "windowed mistral",
              "\"model_type\": \"mistral\", \"sliding_window\": 9, " + DrawnTeacher.ALIKE,
          "qwen2",
              "\"model_type\": \"qwen2\", \"tie_word_embeddings\": true, " + DrawnTeacher.ALIKE,
          "mixed qwen2",
              "\"model_type\": \"qwen2\", \"use_sliding_window\": true, \"sliding_window\": 9,"
                  + " \"max_window_layers\": 1, "
                  + DrawnTeacher.ALIKE,
          "qwen3", "\"model_type\": \"qwen3\", " + DrawnTeacher.ALIKE,
          "nemotron-nas",
              """
              "model_type": "nemotron-nas", "num_hidden_layers": 3, "block_configs": [
                {"attention": {"n_heads_in_group": 1}, "ffn": {"intermediate_size": 64}},
                {"attention": {"n_heads_in_group": 2}, "ffn": {"intermediate_size": 48}},
                {"attention": {"no_op": true}, "ffn": {"intermediate_size": 32}}],
              """
                  + DrawnTeacher.COMMON);

  @TempDir Path folder;

  private Path teacher() {
    return folder.resolve("teacher");
  }

  private void writeTeacher(String name) throws IOException {
    DrawnTeacher.write(teacher(), Objects.requireNonNull(CONFIGS.get(name), name));
  }

  private Path plan(String loader, String export) throws IOException {
    return Files.writeString(
        folder.resolve("plan.yaml"),
        """
        schema: 1
        teacher: {path: '%s'}
        data: {sequenceLength: 32}
        space: {attention: [gqa_2, gqa_1, window_5, noop], ffn: [50%%, noop], channelMultiple: 8}
        rank: {sequences: 8}
        distill: {steps: 6, batch: 4, learningRate: 3e-3, warmupSteps: 2}
        score: {sequences: 4}
        targets:
          - {gpu: h100-sxm, throughput: 1.2x, scenario: {batch: [64]}, loader: %s}
        uptrain: {steps: 12, batch: 4, learningRate: 1e-3, warmupSteps: 2}
        rounds: 1
        childrenPerRound: 2
        baselines: [greedy, uniform, random]
        export: [%s]
        """
            .formatted(teacher(), loader, export));
  }

  @ParameterizedTest
  @CsvSource({
    "biased llama, any, huggingface",
    "mistral, stock, huggingface",
    "windowed mistral, any, huggingface",
    "qwen2, any, huggingface",
    "mixed qwen2, any, huggingface",
    "qwen3, any, huggingface",
    "nemotron-nas, stock, huggingface",
  })
  void aTeacherOfEachFamilyIsSearched(String name, String loader, String export)
      throws IOException {
    writeTeacher(name);
    Path run = folder.resolve("run");

    CommandRun searched = CommandRun.of("search", plan(loader, export), "--out", run, "--json");

    assertThat(searched.exitCode()).as(searched.err()).isZero();
    JsonNode models = searched.json().at("/targets/0/models");
    JsonNode child = model(models, "child");
    JsonNode repaired = model(models, "child after GKD");
    assertThat(child.get("throughput_tokens_per_second_per_gpu").doubleValue())
        .isGreaterThanOrEqualTo(
            1.2
                * model(models, "teacher")
                    .get("throughput_tokens_per_second_per_gpu")
                    .doubleValue());
    assertThat(repaired.at("/kl/mean").doubleValue())
        .isPositive()
        .isLessThan(child.at("/kl/mean").doubleValue());
    if (!export.isEmpty()) {
      requireExport(run.resolve("targets/h100-sxm").resolve(export), List.of(child, repaired));
    }
  }

  private static JsonNode model(JsonNode models, String name) {
    return models
        .valueStream()
        .filter(model -> model.get("name").stringValue().equals(name))
        .findFirst()
        .orElseThrow(() -> new AssertionError(name + " is not among " + models));
  }

  /** What is in the folder is what was measured, before the repair or after it. */
  private void requireExport(Path exported, List<JsonNode> measured) throws IOException {
    try (Checkpoint checkpoint = Checkpoint.open(exported);
        Search search =
            Search.open(
                PlanReader.read(folder.resolve("plan.yaml")),
                folder.resolve("run"),
                Progress.silent())) {
      Child child = Child.of(search.teacher(), checkpoint.model().layers());
      List<String> digests = List.of(Digests.of(checkpoint.files().getFirst()));
      double divergence =
          search
              .children()
              .measure(new ChildWeights(child, checkpoint, digests))
              .divergence()
              .mean();
      assertThat(measured)
          .anySatisfy(one ->
              assertThat(divergence).isCloseTo(one.at("/kl/mean").doubleValue(), within(1e-4)));
    }
    Path rows =
        Files.writeString(folder.resolve("rows.jsonl"), "{\"input_ids\": [5, 9, 17, 4, 200]}\n");
    assertThat(EvalCommandTest.eval("--model", exported, "--data", rows).get("tokens").intValue())
        .isEqualTo(4);
  }

  @ParameterizedTest
  @CsvSource({
    "windowed mistral, gguf",
    "mixed qwen2, gguf-f32",
  })
  void aFormatThatCanHoldNoChildIsRefusedBeforeAnythingIsTrained(String name, String export)
      throws IOException {
    writeTeacher(name);
    Path run = folder.resolve("run");

    CommandRun refused = CommandRun.of("search", plan("any", export), "--out", run);

    assertThat(refused.exitCode()).isEqualTo(2);
    assertThat(refused.err())
        .contains("export: %s can hold no variant of layer 0".formatted(export))
        .doesNotContain("distill");
    requireNothingTrained(run);
  }

  private static void requireNothingTrained(Path run) {
    assertThat(run).doesNotExist();
  }

  @ParameterizedTest
  @CsvSource({
    "mixed qwen2, vllm, gqa_4+ffn_64",
    "windowed mistral, trtllm, gqa_4_window_9+ffn_64",
  })
  void whatNoStockLoaderReadsIsRefusedBeforeAnythingIsTrained(
      String name, String backend, String layer) throws IOException {
    writeTeacher(name);
    Path plan = plan("stock", "");
    Files.writeString(
        plan,
        Files.readString(plan)
            .replace("gpu: h100-sxm,", "gpu: h100-sxm, backend: %s,".formatted(backend)));
    Path run = folder.resolve("run");

    CommandRun refused = CommandRun.of("search", plan, "--out", run);

    assertThat(refused)
        .isEqualTo(
            CommandRun.refused(
                2,
                ("%s, line 9: targets[0]: no variant of layer 0, which is %s, can be served: %s is"
                        + " not known to load attention with windows, biases or head norms in a model"
                        + " whose layers differ; 'loader: any' allows all layers, for a custom loader")
                    .formatted(plan, layer, backend)));
    requireNothingTrained(run);
  }

  @Test
  void aVariantThatFitsNoLayerIsRefusedByName() throws IOException {
    writeTeacher("nemotron-nas");
    Path plan = plan("stock", "huggingface");
    Files.writeString(plan, Files.readString(plan).replace("gqa_1,", "gqa_3,"));

    CommandRun refused = CommandRun.of("search", plan, "--out", folder.resolve("run"));

    assertThat(refused.exitCode()).isEqualTo(2);
    assertThat(refused.err()).contains("space: gqa_3: 3 KV heads do not divide the teacher's 4");
  }
}
