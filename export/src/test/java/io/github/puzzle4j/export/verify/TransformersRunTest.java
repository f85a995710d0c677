package io.github.puzzle4j.export.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.puzzle4j.blocklib.InvalidInputException;
import io.github.puzzle4j.blocklib.arch.Model;
import io.github.puzzle4j.blocklib.arch.RotaryEmbedding;
import io.github.puzzle4j.blocklib.checkpoint.TensorType;
import io.github.puzzle4j.export.ChildModel;
import io.github.puzzle4j.export.RandomChild;
import io.github.puzzle4j.export.ReferenceModel;
import io.github.puzzle4j.export.huggingface.FamilyMixes;
import io.github.puzzle4j.export.huggingface.HuggingFaceExporter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Exported folders in Transformers; needs a Python that has it, named by PUZZLE4J_PYTHON. */
class TransformersRunTest {

  /** Longer than every window. */
  private static final List<Integer> ROW =
      List.of(256, 40, 71, 99, 280, 12, 5, 33, 41, 7, 250, 281, 18, 18, 61, 9);

  private static final TransformersRun.Question QUESTION =
      new TransformersRun.Question(List.of(ROW), 6, 12);

  private static final Map<String, RotaryEmbedding.Scaling> SCALINGS =
      Map.of(
          "linear", new RotaryEmbedding.Scaling.Linear(4),
          "dynamic", new RotaryEmbedding.Scaling.Dynamic(4),
          "llama3", new RotaryEmbedding.Scaling.Llama3(8, 1, 4, 24),
          "yarn", new RotaryEmbedding.Scaling.Yarn(4, 1.2, 128, 16, 2, false));

  @TempDir Path folder;

  @Test
  void aChildOfEachFamilyAndMixComputesThereWhatItIs() throws Exception {
    String python = System.getenv("PUZZLE4J_PYTHON");
    assumeTrue(python != null, "needs a Python with transformers, named by PUZZLE4J_PYTHON");
    Map<String, Model> models = new LinkedHashMap<>();
    for (String family : RandomChild.families()) {
      for (String mix : FamilyMixes.names()) {
        models.put(family + "-" + mix, FamilyMixes.model(family, mix));
      }
    }
    SCALINGS.forEach((name, scaling) ->
        List.of("llama", "qwen2")
            .forEach(family ->
                models.put(
                    family + "-" + name,
                    RandomChild.withScaling(FamilyMixes.model(family, "heads"), scaling))));
    Map<String, Double> expected = new LinkedHashMap<>();
    List<Path> folders = new ArrayList<>();
    for (Map.Entry<String, Model> one : models.entrySet()) {
      Model model = one.getValue();
      ChildModel child = RandomChild.create(model, 3, TensorType.BF16, folder.resolve("files"));
      Path out = folder.resolve(one.getKey());
      new HuggingFaceExporter().export(child, out);
      expected.put(one.getKey(), new ReferenceModel(model, child.tensors()).loss(ROW));
      folders.add(out);
    }
    List<TransformersRun> runs = TransformersRun.of(Path.of(python), folders, QUESTION);
    int i = 0;
    for (Map.Entry<String, Double> one : expected.entrySet()) {
      TransformersRun run = runs.get(i++);
      assertThat(run.lmLoss()).as(one.getKey()).isCloseTo(one.getValue(), within(1e-5));
      assertThat(run.greedy()).as(one.getKey()).hasSize(12).isEqualTo(run.greedyWithoutCache());
    }
  }

  @Test
  void anInterpreterThatIsNoneIsNamed() {
    Path none = folder.resolve("no-python");
    assertThatThrownBy(() -> TransformersRun.of(none, List.of(folder), QUESTION))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("no-python cannot be run");
  }

  @Test
  void anInterpreterThatSaysNothingOfTheFoldersIsRefusedWithItsLastWords() throws Exception {
    Path script = Files.writeString(folder.resolve("broken"), "#!/bin/sh\necho no torch >&2\n");
    assumeTrue(script.toFile().setExecutable(true), "no executable files here");
    assertThatThrownBy(() -> TransformersRun.of(script, List.of(folder), QUESTION))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageEndingWith("broken failed: no torch");
  }
}
