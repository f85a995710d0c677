package io.github.puzzle4j.export.huggingface;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.puzzle4j.blocklib.Json;
import io.github.puzzle4j.blocklib.arch.Layer;
import io.github.puzzle4j.blocklib.arch.Model;
import io.github.puzzle4j.blocklib.checkpoint.Checkpoint;
import io.github.puzzle4j.blocklib.checkpoint.TensorType;
import io.github.puzzle4j.export.ChildModel;
import io.github.puzzle4j.export.ExportSummary;
import io.github.puzzle4j.export.RandomChild;
import io.github.puzzle4j.export.ReferenceModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HuggingFaceExporterTest {

  private static final List<Integer> IDS = List.of(256, 40, 71, 99, 280, 12, 5);

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8})
  void theFolderComputesWhatTheChildDoes(int seed) throws IOException {
    Model model = RandomChild.randomModel(seed);
    ChildModel child = child(model, seed);
    ExportSummary summary = new HuggingFaceExporter(40_000).export(child, folder.resolve("out"));
    double[] expected = new ReferenceModel(model, child.tensors()).logits(IDS);
    try (Checkpoint written = Checkpoint.open(folder.resolve("out"))) {
      double[] logits = new ReferenceModel(written.model(), written).logits(IDS);
      assertThat(logits).as(model + " " + summary.notes()).containsExactly(expected, within(1e-9));
    }
  }

  @Test
  void widthsBecomeMultiplesOf256AndNothingElseChanges() throws IOException {
    Model model =
        RandomChild.model(
            false, true, List.of("gqa_2+ffn_64", "noop+ffn_96", "gqa_4+noop", "linear+linear"));
    ExportSummary summary =
        new HuggingFaceExporter().export(child(model, 1), folder.resolve("out"));
    try (Checkpoint written = Checkpoint.open(folder.resolve("out"))) {
      assertThat(written.model().common().family()).isEqualTo("nemotron-nas");
      assertThat(written.model().layers().stream().map(Layer::id))
          .containsExactly("gqa_2+ffn_256", "noop+ffn_256", "gqa_4+noop", "linear+linear");
      assertThat(written.spec("model.norm.weight").type()).isEqualTo(TensorType.BF16);
    }
    assertThat(Files.readString(folder.resolve("out/config.json")))
        .contains("\"ffn_mult\" : 8.0")
        .doesNotContain("intermediate_size\" : 6");
    assertThat(summary.notes())
        .anySatisfy(note -> assertThat(note).contains("padded"))
        .anySatisfy(note -> assertThat(note).contains("TensorRT-LLM"));
    assertThat(folder.resolve("out/configuration_puzzle4j.py")).isRegularFile();
  }

  @Test
  void layersThatAreAllAlikeBecomeAPlainLlama() throws IOException {
    Model model = RandomChild.model(true, true, List.of("gqa_2+ffn_37", "gqa_2+ffn_37"));
    new HuggingFaceExporter().export(child(model, 1), folder.resolve("out"));
    try (Checkpoint written = Checkpoint.open(folder.resolve("out"))) {
      assertThat(written.model().common().family()).isEqualTo("llama");
      assertThat(written.model()).isEqualTo(model);
    }
    assertThat(folder.resolve("out/configuration_puzzle4j.py")).doesNotExist();
  }

  @ParameterizedTest
  @ValueSource(strings = {"gqa_2+ffn_64", "linear+noop", "noop+ffn_96", "gqa_1+linear"})
  void aChildWithFewerLayersThanItsTeacherComputesWhatItDoes(String merged) throws IOException {
    Model model = RandomChild.shortened(false, true, merged);
    assertWritten(model, "nemotron-nas");
    assertThat(Json.readTree(folder.resolve("out/config.json")).path("block_configs")).hasSize(5);
  }

  @Test
  void aChildThatIsTheTeacherWithFewerLayersBecomesAPlainLlama() throws IOException {
    Model model = RandomChild.shortened(true, true, "gqa_4+ffn_96");
    assertWritten(model, "llama");
  }

  private void assertWritten(Model model, String family) throws IOException {
    ChildModel child = child(model, 5);
    new HuggingFaceExporter().export(child, folder.resolve("out"));
    assertThat(
            Json.readTree(folder.resolve("out/config.json")).path("num_hidden_layers").intValue())
        .isEqualTo(5);
    try (Checkpoint written = Checkpoint.open(folder.resolve("out"))) {
      assertThat(written.model().common().family()).isEqualTo(family);
      assertThat(written.model().layers()).hasSize(5);
      assertThat(new ReferenceModel(written.model(), written).logits(IDS))
          .containsExactly(new ReferenceModel(model, child.tensors()).logits(IDS), within(1e-9));
    }
  }

  @Test
  void attentionLeftOutOfLayer0IsWrittenWithAZeroOutput() throws IOException {
    Model model = RandomChild.model(true, true, List.of("noop+ffn_64", "gqa_2+ffn_64"));
    ExportSummary summary =
        new HuggingFaceExporter().export(child(model, 1), folder.resolve("out"));
    try (Checkpoint written = Checkpoint.open(folder.resolve("out"))) {
      assertThat(written.model().layers().getFirst().attention())
          .isEqualTo(RandomChild.attention(2));
      assertThat(written.tensor("model.layers.0.self_attn.o_proj.weight").toFloats())
          .containsOnly(0);
    }
    assertThat(summary.notes())
        .anySatisfy(note -> assertThat(note).contains("layer 0").contains("2 KV head"));
  }

  @Test
  void companionFilesAreCopied() throws IOException {
    ChildModel child = child(RandomChild.model(true, true, List.of("gqa_2+ffn_64")), 1);
    Files.writeString(child.companionFiles().resolve("LICENSE"), "yours");
    Files.writeString(child.companionFiles().resolve("secret.txt"), "mine");
    new HuggingFaceExporter().export(child, folder.resolve("out"));
    assertThat(folder.resolve("out/LICENSE")).hasContent("yours");
    assertThat(folder.resolve("out/tokenizer.json"))
        .hasSameBinaryContentAs(child.companionFiles().resolve("tokenizer.json"));
    assertThat(folder.resolve("out/secret.txt")).doesNotExist();
  }

  private ChildModel child(Model model, int seed) throws IOException {
    return RandomChild.create(model, seed, TensorType.BF16, folder.resolve("files"));
  }
}
