package io.github.puzzle4j.export.huggingface;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.puzzle4j.blocklib.InvalidInputException;
import io.github.puzzle4j.blocklib.Json;
import io.github.puzzle4j.blocklib.arch.Model;
import io.github.puzzle4j.blocklib.checkpoint.Checkpoint;
import io.github.puzzle4j.blocklib.checkpoint.TensorType;
import io.github.puzzle4j.export.CheckpointExporter;
import io.github.puzzle4j.export.ChildModel;
import io.github.puzzle4j.export.ExportSummary;
import io.github.puzzle4j.export.RandomChild;
import io.github.puzzle4j.export.ReferenceModel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Children of all families, with every mix of variants, written and read as teachers again. */
class FamilyFolderTest {

  private static final List<Integer> IDS = List.of(256, 40, 71, 99, 280, 12, 5, 33, 41);

  @TempDir Path folder;

  static Stream<Arguments> mixes() {
    return RandomChild.families().stream()
        .flatMap(family -> FamilyMixes.names().stream().map(mix -> Arguments.of(family, mix)));
  }

  @ParameterizedTest
  @MethodSource("mixes")
  void aChildIsWrittenAndReadAgainAsWhatItIs(String family, String mix) throws IOException {
    Model model = FamilyMixes.model(family, mix);
    ChildModel child = RandomChild.create(model, 3, TensorType.BF16, folder.resolve("files"));
    ExportSummary summary = new HuggingFaceExporter().export(child, folder.resolve("out"));
    double[] expected = new ReferenceModel(model, child.tensors()).logits(IDS);
    try (Checkpoint written = Checkpoint.open(folder.resolve("out"))) {
      double[] logits = new ReferenceModel(written.model(), written).logits(IDS);
      assertThat(logits).as(summary.notes().toString()).containsExactly(expected, within(1e-9));
      if (layout().equals("puzzle4j")) {
        assertThat(written.model().layers()).isEqualTo(model.layers());
      }
      // Read as a teacher and written once more, it stays what it is.
      ChildModel again = new ChildModel(written.model(), written, folder.resolve("out"));
      new HuggingFaceExporter().export(again, folder.resolve("again"));
      assertThat(folder.resolve("again/model.safetensors"))
          .hasSameBinaryContentAs(folder.resolve("out/model.safetensors"));
    }
    assertThat(summary.notes().getFirst()).contains("written as").contains(layout());
  }

  /** What this layout cannot say is refused for the layer, before it is trained. */
  @ParameterizedTest
  @MethodSource("mixes")
  void aChildInPuzzletronsLayoutIsReadAgainAsWhatItIsOrRefused(String family, String mix)
      throws IOException {
    Model model = FamilyMixes.model(family, mix);
    ChildModel child = RandomChild.create(model, 3, TensorType.BF16, folder.resolve("files"));
    CheckpointExporter exporter = new HuggingFaceAnyModelExporter();
    boolean linear =
        model.layers().stream().anyMatch(layer -> exporter.objection(model, 0, layer).isPresent());
    assertThat(linear).isEqualTo(List.of("linear", "no-cache", "windows").contains(mix));
    if (linear) {
      assertThatThrownBy(() -> exporter.export(child, folder.resolve("out")))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageContaining("linear subblocks");
      assertThat(folder.resolve("out")).doesNotExist();
      return;
    }
    exporter.export(child, folder.resolve("out"));
    double[] expected = new ReferenceModel(model, child.tensors()).logits(IDS);
    try (Checkpoint written = Checkpoint.open(folder.resolve("out"))) {
      assertThat(written.model()).isEqualTo(model);
      assertThat(new ReferenceModel(written.model(), written).logits(IDS))
          .containsExactly(expected, within(1e-9));
      ChildModel again = new ChildModel(written.model(), written, folder.resolve("out"));
      exporter.export(again, folder.resolve("again"));
      for (String file : List.of("config.json", "model.safetensors")) {
        assertThat(folder.resolve("again").resolve(file))
            .hasSameBinaryContentAs(folder.resolve("out").resolve(file));
      }
    }
    assertThat(layout()).isEqualTo(model.common().family());
  }

  @ParameterizedTest
  @MethodSource("layouts")
  void theLayoutIsTheOneThatMostEnginesLoad(String family, List<String> layers, String layout)
      throws IOException {
    Model model = RandomChild.ofFamily(family, true, layers);
    ChildModel child = RandomChild.create(model, 3, TensorType.BF16, folder.resolve("files"));
    new HuggingFaceExporter().export(child, folder.resolve("out"));
    assertThat(layout()).isEqualTo(layout);
    boolean code = !List.of("llama", "mistral", "qwen2", "qwen3").contains(layout);
    assertThat(folder.resolve("out/modeling_puzzle4j.py").toFile().exists()).isEqualTo(code);
    assertThat(folder.resolve("out/configuration_puzzle4j.py").toFile().exists()).isEqualTo(code);
  }

  static Stream<Arguments> layouts() {
    List<String> alike = List.of("gqa_2+ffn_64", "gqa_2+ffn_64");
    List<String> window = List.of("gqa_2_window_4+ffn_64", "gqa_2_window_4+ffn_64");
    List<String> fewer = List.of("gqa_2+ffn_64", "gqa_1+ffn_64");
    List<String> depth = List.of("gqa_2+ffn_64", "noop+noop", "gqa_2+ffn_64");
    List<String> some = List.of("gqa_2_window_4+ffn_64", "gqa_2+ffn_64");
    return Stream.of(
        Arguments.of("llama", alike, "llama"),
        Arguments.of("llama-biases", alike, "llama"),
        Arguments.of("mistral", alike, "mistral"),
        Arguments.of("qwen2", alike, "qwen2"),
        Arguments.of("qwen3", alike, "qwen3"),
        Arguments.of("qwen3-biases", alike, "qwen3"),
        Arguments.of("qwen3", depth, "qwen3"),
        Arguments.of("llama-biases", depth, "llama"),
        Arguments.of("llama", window, "mistral"),
        Arguments.of("mistral", window, "mistral"),
        Arguments.of("qwen2", some, "qwen2"),
        Arguments.of("llama", some, "puzzle4j"),
        Arguments.of("mistral", some, "puzzle4j"),
        Arguments.of("llama-biases", window, "puzzle4j"),
        Arguments.of("llama", fewer, "nemotron-nas"),
        Arguments.of("mistral", fewer, "nemotron-nas"),
        Arguments.of("llama-biases", fewer, "puzzle4j"),
        Arguments.of("qwen2", fewer, "puzzle4j"),
        Arguments.of("qwen3", fewer, "puzzle4j"));
  }

  @Test
  void layersOfWhichNothingIsLeftAreLeftOutOfAPlainFamily() throws IOException {
    Model model =
        RandomChild.ofFamily(
            "qwen2", true, List.of("noop+noop", "gqa_2+ffn_64", "noop+noop", "gqa_2+ffn_64"));
    ChildModel child = RandomChild.create(model, 3, TensorType.BF16, folder.resolve("files"));
    ExportSummary summary = new HuggingFaceExporter().export(child, folder.resolve("out"));
    double[] expected = new ReferenceModel(model, child.tensors()).logits(IDS);
    try (Checkpoint written = Checkpoint.open(folder.resolve("out"))) {
      assertThat(written.model().layers()).hasSize(2);
      assertThat(new ReferenceModel(written.model(), written).logits(IDS))
          .containsExactly(expected, within(1e-9));
    }
    assertThat(summary.notes()).anySatisfy(note -> assertThat(note).contains("2 of 4 layers"));
  }

  private String layout() throws IOException {
    return Json.readTree(folder.resolve("out/config.json")).path("model_type").stringValue();
  }
}
