package io.github.puzzle4j.search.run;

import io.github.puzzle4j.blocklib.arch.AttentionShape;
import io.github.puzzle4j.blocklib.arch.CommonParts;
import io.github.puzzle4j.blocklib.arch.Layer;
import io.github.puzzle4j.blocklib.arch.Model;
import io.github.puzzle4j.blocklib.arch.SpecialTokens;
import io.github.puzzle4j.blocklib.checkpoint.CheckpointWriter;
import io.github.puzzle4j.blocklib.checkpoint.Tensor;
import io.github.puzzle4j.blocklib.checkpoint.TensorSource;
import io.github.puzzle4j.blocklib.checkpoint.TensorType;
import io.github.puzzle4j.blocklib.task.TaskCounts;
import io.github.puzzle4j.blocklib.task.TaskVersions;
import io.github.puzzle4j.blocklib.tensor.ComputeDevice;
import io.github.puzzle4j.search.plan.PlanReader;
import io.github.puzzle4j.search.plan.SearchPlan;
import io.github.puzzle4j.search.progress.Progress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/** A search that takes a second: a random teacher of four layers, and random tokens in files. */
public final class SmallRun {

  private static final Path TOKENIZER = Path.of("..", "examples", "tiny-teacher");
  private static final int VOCABULARY = 566;
  private static final int TOKENS = 24;

  public static final String PLAN =
      """
      schema: 1
      teacher: {path: TEACHER}
      data:
        calibration: texts/calibration.jsonl
        validation: texts/validation.jsonl
        heldOut: texts/held-out.jsonl
        cache: none
        sequenceLength: 24
      space: {attention: [gqa_2], ffn: [50%], channelMultiple: 8}
      rank: {sequences: 4}
      distill: {steps: 4, batch: 2, learningRate: 3e-3, warmupSteps: 1}
      score: {sequences: 4}
      targets:
        - gpu: h100-sxm
          throughput: 1.1x
          memory: 100%
          scenario: {batch: [64]}
      baselines: []
      rounds: 0
      childrenPerRound: 2
      adapt: false
      uptrain: {steps: 3, batch: 2, learningRate: 1e-3, warmupSteps: 1}
      export: [huggingface]
      """;

  private final Path folder;

  private SmallRun(Path folder) {
    this.folder = folder;
  }

  /** A folder with teacher and texts. */
  public static SmallRun in(Path folder) throws IOException {
    SmallRun run = new SmallRun(folder);
    run.writeTeacher();
    run.writeTexts("texts", 1);
    return run;
  }

  /** A copy of such a folder. */
  static SmallRun at(Path folder) {
    return new SmallRun(folder);
  }

  public Path folder() {
    return folder;
  }

  public Path teacher() {
    return folder.resolve("teacher");
  }

  public Path run() {
    return folder.resolve("run");
  }

  private void writeTeacher() throws IOException {
    Model model =
        Model.uniform(
            CommonParts.llama(
                VOCABULARY, 32, 10_000, 256, true, new SpecialTokens(List.of(564), List.of(565))),
            4,
            Layer.llama(new AttentionShape(4, 4, 8), 64));
    SplittableRandom random = new SplittableRandom(5);
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    model
        .tensors()
        .forEach((name, shape) -> {
          float[] values =
              new float[(int) shape.stream().reduce(1L, Math::multiplyExact).longValue()];
          for (int i = 0; i < values.length; i++) {
            values[i] = shape.size() == 1 ? 1 : (float) random.nextGaussian(0, 0.2);
          }
          tensors.put(name, Tensor.ofFloats(TensorType.BF16, shape, values));
        });
    CheckpointWriter.write(
        teacher(), model, TensorSource.of(tensors), TensorType.BF16, Long.MAX_VALUE);
    for (String file : List.of("tokenizer.json", "tokenizer_config.json")) {
      Files.copy(TOKENIZER.resolve(file), teacher().resolve(file));
    }
  }

  /** Random rows for all three parts; another seed makes other ones. */
  public void writeTexts(String name, long seed) throws IOException {
    writeRows(name, "calibration", 40, seed);
    writeRows(name, "validation", 8, seed + 100);
    writeRows(name, "held-out", 140, seed + 200);
  }

  void writeRows(String name, String part, int rows, long seed) throws IOException {
    SplittableRandom random = new SplittableRandom(seed);
    StringBuilder text = new StringBuilder();
    for (int row = 0; row < rows; row++) {
      List<Integer> ids = new ArrayList<>();
      for (int i = 0; i < TOKENS; i++) {
        ids.add(random.nextInt(VOCABULARY));
      }
      text.append("{\"input_ids\": ").append(ids).append("}\n");
    }
    Path file = folder.resolve(name).resolve(part + ".jsonl");
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }

  SearchPlan plan(String yaml) throws IOException {
    return PlanReader.parse(
        "plan.yaml", folder.toAbsolutePath(), yaml.replace("TEACHER", teacher().toString()));
  }

  /** A whole search; what it computed and what it reused. */
  TaskCounts search(String yaml) throws IOException {
    return search(yaml, TaskVersions.current());
  }

  TaskCounts search(String yaml, TaskVersions versions) throws IOException {
    try (Search search = open(yaml, versions)) {
      search.run();
      return search.tasks();
    }
  }

  Search open(String yaml, TaskVersions versions) throws IOException {
    return Search.open(plan(yaml), run(), Progress.silent(), ComputeDevice.processor(), versions);
  }
}
