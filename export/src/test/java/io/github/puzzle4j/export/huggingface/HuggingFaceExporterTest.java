package io.github.puzzle4j.export.huggingface;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.puzzle4j.blocklib.arch.Architecture;
import io.github.puzzle4j.blocklib.arch.BlockVariant;
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
    Architecture architecture = RandomChild.randomArchitecture(seed);
    ChildModel child = child(architecture, seed);
    ExportSummary summary = new HuggingFaceExporter(40_000).export(child, folder.resolve("out"));
    double[] expected = new ReferenceModel(architecture, child.tensors()).logits(IDS);
    try (Checkpoint written = Checkpoint.open(folder.resolve("out"))) {
      double[] logits = new ReferenceModel(written.architecture(), written).logits(IDS);
      assertThat(logits)
          .as(architecture + " " + summary.notes())
          .containsExactly(expected, within(1e-9));
    }
  }

  @Test
  void widthsBecomeMultiplesOf256AndNothingElseChanges() throws IOException {
    Architecture architecture =
        RandomChild.architecture(
            false, true, List.of("gqa_2+ffn_64", "noop+teacher", "teacher+noop", "linear+linear"));
    ExportSummary summary =
        new HuggingFaceExporter().export(child(architecture, 1), folder.resolve("out"));
    try (Checkpoint written = Checkpoint.open(folder.resolve("out"))) {
      assertThat(written.architecture().config().family()).isEqualTo("nemotron-nas");
      assertThat(written.architecture().config().intermediateSize()).isEqualTo(256);
      assertThat(written.architecture().blocks().stream().map(BlockVariant::id))
          .containsExactly("gqa_2+teacher", "noop+teacher", "teacher+noop", "linear+linear");
      assertThat(written.spec("model.norm.weight").type()).isEqualTo(TensorType.BF16);
    }
    assertThat(Files.readString(folder.resolve("out/config.json")))
        .contains("\"ffn_mult\" : 8.0")
        .doesNotContain("intermediate_size\" : 6");
    assertThat(summary.notes())
        .anySatisfy(note -> assertThat(note).contains("padded"))
        .anySatisfy(note -> assertThat(note).contains("TensorRT-LLM"));
    assertThat(folder.resolve("out/configuration_decilm.py")).isRegularFile();
  }

  @Test
  void layersThatAreAllAlikeBecomeAPlainLlama() throws IOException {
    Architecture architecture =
        RandomChild.architecture(true, true, List.of("gqa_2+ffn_37", "gqa_2+ffn_37"));
    new HuggingFaceExporter().export(child(architecture, 1), folder.resolve("out"));
    try (Checkpoint written = Checkpoint.open(folder.resolve("out"))) {
      assertThat(written.architecture().config().family()).isEqualTo("llama");
      assertThat(written.architecture().config().intermediateSize()).isEqualTo(37);
      assertThat(written.architecture().config().attention().kvHeads()).isEqualTo(2);
    }
    assertThat(folder.resolve("out/configuration_decilm.py")).doesNotExist();
  }

  @Test
  void attentionLeftOutOfLayer0IsWrittenWithAZeroOutput() throws IOException {
    Architecture architecture =
        RandomChild.architecture(true, true, List.of("noop+ffn_64", "gqa_2+ffn_64"));
    ExportSummary summary =
        new HuggingFaceExporter().export(child(architecture, 1), folder.resolve("out"));
    try (Checkpoint written = Checkpoint.open(folder.resolve("out"))) {
      assertThat(written.architecture().blocks().getFirst().attention().id()).isEqualTo("teacher");
      assertThat(written.tensor("model.layers.0.self_attn.o_proj.weight").toFloats())
          .containsOnly(0);
    }
    assertThat(summary.notes())
        .anySatisfy(note -> assertThat(note).contains("layer 0").contains("2 KV head"));
  }

  @Test
  void companionFilesAreCopied() throws IOException {
    ChildModel child = child(RandomChild.architecture(true, true, List.of("gqa_2+ffn_64")), 1);
    Files.writeString(child.companionFiles().resolve("LICENSE"), "yours");
    Files.writeString(child.companionFiles().resolve("secret.txt"), "mine");
    new HuggingFaceExporter().export(child, folder.resolve("out"));
    assertThat(folder.resolve("out/LICENSE")).hasContent("yours");
    assertThat(folder.resolve("out/tokenizer.json"))
        .hasSameBinaryContentAs(child.companionFiles().resolve("tokenizer.json"));
    assertThat(folder.resolve("out/secret.txt")).doesNotExist();
  }

  private ChildModel child(Architecture architecture, int seed) throws IOException {
    return RandomChild.create(architecture, seed, TensorType.BF16, folder.resolve("files"));
  }
}
