package io.github.puzzle4j.export.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.puzzle4j.blocklib.InvalidInputException;
import io.github.puzzle4j.blocklib.arch.Model;
import io.github.puzzle4j.blocklib.arch.RotaryEmbedding;
import io.github.puzzle4j.blocklib.checkpoint.TensorType;
import io.github.puzzle4j.export.CheckpointExporter;
import io.github.puzzle4j.export.ChildModel;
import io.github.puzzle4j.export.RandomChild;
import io.github.puzzle4j.export.ReferenceModel;
import io.github.puzzle4j.export.huggingface.FamilyMixes;
import io.github.puzzle4j.export.huggingface.HuggingFaceAnyModelExporter;
import io.github.puzzle4j.export.huggingface.HuggingFaceExporter;
import io.github.puzzle4j.export.huggingface.HuggingFaceFp8Exporter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Exported folders in Transformers and vLLM; needs a Python that has them, named by
 * PUZZLE4J_PYTHON.
 */
class PythonRunTest {

  /** Longer than every window. */
  private static final List<Integer> ROW =
      List.of(256, 40, 71, 99, 280, 12, 5, 33, 41, 7, 250, 281, 18, 18, 61, 9);

  private static final CheckpointExporter PLAIN = new HuggingFaceExporter();

  private static final PythonRun.Question QUESTION = new PythonRun.Question(List.of(ROW), 6, 12);

  private static final Map<String, RotaryEmbedding.Scaling> SCALINGS =
      Map.of(
          "linear", new RotaryEmbedding.Scaling.Linear(4),
          "dynamic", new RotaryEmbedding.Scaling.Dynamic(4),
          "llama3", new RotaryEmbedding.Scaling.Llama3(8, 1, 4, 24),
          "yarn", new RotaryEmbedding.Scaling.Yarn(4, 1.2, 128, 16, 2, false));

  @TempDir Path folder;

  @Test
  void transformersComputeWhatAChildOfEachFamilyAndMixIs() throws Exception {
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
    List<PythonRun> runs = compare(python, PythonRun.Engine.TRANSFORMERS, models, PLAIN);
    assertThat(runs)
        .allSatisfy(run ->
            assertThat(run.greedy().getFirst()).hasSize(12).isEqualTo(run.greedy().getLast()));
  }

  @Test
  void transformersComputeChildrenInPuzzletronsLayout() throws Exception {
    String python = System.getenv("PUZZLE4J_PYTHON");
    assumeTrue(python != null, "needs a Python with transformers, named by PUZZLE4J_PYTHON");
    CheckpointExporter exporter = new HuggingFaceAnyModelExporter();
    Map<String, Model> models = new LinkedHashMap<>();
    for (String family : RandomChild.families()) {
      for (String mix : FamilyMixes.names()) {
        Model model = FamilyMixes.model(family, mix);
        if (model.layers().stream()
            .allMatch(layer -> exporter.objection(model, 0, layer).isEmpty())) {
          models.put(family + "-" + mix, model);
        }
      }
    }
    List<PythonRun> runs = compare(python, PythonRun.Engine.TRANSFORMERS, models, exporter);
    assertThat(runs)
        .hasSize(RandomChild.families().size() * 8)
        .allSatisfy(run ->
            assertThat(run.greedy().getFirst()).hasSize(12).isEqualTo(run.greedy().getLast()));
  }

  /** On a processor, attention of vLLM knows heads of 32, not of 16. */
  @Test
  void vllmServesChildrenOfEachFamily() throws Exception {
    String python = System.getenv("PUZZLE4J_PYTHON");
    assumeTrue(python != null, "needs a Python with vLLM, named by PUZZLE4J_PYTHON");
    Map<String, Model> models = new LinkedHashMap<>();
    for (String of :
        List.of(
            "llama heads",
            "mistral left-out",
            "mistral window-mix",
            "llama-biases widths",
            "qwen2 linear",
            "qwen3 left-out",
            "qwen3 window-mix",
            "qwen3-biases first-left-out")) {
      String[] names = of.split(" ", -1);
      models.put(of, RandomChild.withHeadWidth(FamilyMixes.model(names[0], names[1]), 32));
    }
    List<PythonRun> runs = compare(python, PythonRun.Engine.VLLM, models, PLAIN);
    List<PythonRun> plain = compare(python, PythonRun.Engine.TRANSFORMERS, models, PLAIN);
    for (int i = 0; i < runs.size(); i++) {
      assertThat(runs.get(i).greedy().getFirst()).isEqualTo(plain.get(i).greedy().getFirst());
    }
  }

  /** With compressed-tensors, which rounds activations too. */
  @Test
  void transformersComputeChildrenInFp8() throws Exception {
    String python = System.getenv("PUZZLE4J_PYTHON");
    assumeTrue(python != null, "needs a Python with transformers, named by PUZZLE4J_PYTHON");
    Map<String, Model> models = new LinkedHashMap<>();
    models.put("llama heads", FamilyMixes.model("llama", "heads"));
    models.put("qwen3 left-out", FamilyMixes.model("qwen3", "left-out"));
    models.put("mistral window-mix", FamilyMixes.model("mistral", "window-mix"));
    try {
      compare(python, PythonRun.Engine.TRANSFORMERS, models, new HuggingFaceFp8Exporter());
    } catch (InvalidInputException refused) {
      assertThat(refused).hasMessageContaining("compressed-tensors");
      assumeTrue(false, "compressed-tensors is not installed in PUZZLE4J_PYTHON");
    }
  }

  /** Exports children and compares their losses there with our own. */
  private List<PythonRun> compare(
      String python,
      PythonRun.Engine engine,
      Map<String, Model> models,
      CheckpointExporter exporter)
      throws Exception {
    Map<String, Double> expected = new LinkedHashMap<>();
    List<Path> folders = new ArrayList<>();
    for (Map.Entry<String, Model> one : models.entrySet()) {
      Model model = one.getValue();
      ChildModel child = RandomChild.create(model, 3, TensorType.BF16, folder.resolve("files"));
      Path out = folder.resolve(one.getKey().replace(' ', '-'));
      exporter.export(child, out);
      expected.put(one.getKey(), new ReferenceModel(model, child.tensors()).loss(ROW));
      folders.add(out);
    }
    List<PythonRun> runs = PythonRun.of(Path.of(python), engine, folders, QUESTION);
    assumeTrue(!runs.isEmpty(), engine.id() + " is not installed in PUZZLE4J_PYTHON");
    boolean exact = !(exporter instanceof HuggingFaceFp8Exporter);
    int i = 0;
    for (Map.Entry<String, Double> one : expected.entrySet()) {
      assertThat(runs.get(i++).lmLoss())
          .as(one.getKey())
          .isCloseTo(one.getValue(), within(exact ? 1e-5 : 0.03 * one.getValue()));
    }
    return runs;
  }

  @Test
  void anInterpreterThatIsNoneIsNamed() {
    Path none = folder.resolve("no-python");
    assertThatThrownBy(() -> PythonRun.of(none, PythonRun.Engine.VLLM, List.of(folder), QUESTION))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("no-python cannot be run");
  }

  @Test
  void anInterpreterThatSaysNothingOfTheFoldersIsRefusedWithItsLastWords() throws Exception {
    Path script = Files.writeString(folder.resolve("broken"), "#!/bin/sh\necho no torch >&2\n");
    assumeTrue(script.toFile().setExecutable(true), "no executable files here");
    assertThatThrownBy(
            () -> PythonRun.of(script, PythonRun.Engine.TRANSFORMERS, List.of(folder), QUESTION))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageEndingWith("broken failed: no torch");
  }
}
