package io.github.puzzle4j.export.gguf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.puzzle4j.blocklib.InvalidInputException;
import io.github.puzzle4j.blocklib.arch.Model;
import io.github.puzzle4j.blocklib.arch.RotaryEmbedding;
import io.github.puzzle4j.blocklib.checkpoint.Checkpoint;
import io.github.puzzle4j.blocklib.checkpoint.TensorType;
import io.github.puzzle4j.blocklib.corpus.TextTokenizer;
import io.github.puzzle4j.blocklib.model.ModelFolder;
import io.github.puzzle4j.blocklib.template.ChatTemplate;
import io.github.puzzle4j.export.CheckpointExporter;
import io.github.puzzle4j.export.ChildModel;
import io.github.puzzle4j.export.RandomChild;
import io.github.puzzle4j.export.ReferenceModel;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A child that was exported is a model that can be read: it may be the next teacher. */
class GgufRoundTripTest {

  private static final String TEXT = "The cat's 12345 dogs don't   sit,\n\n\tthey've 7 mats! ünï ☃";

  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({
    "1, false, true, gqa_4+ffn_96 gqa_2+ffn_64 gqa_1+ffn_37 linear+ffn_8 noop+ffn_64 gqa_4+noop",
    "2, true, false, gqa_1+ffn_37 gqa_2+noop noop+ffn_96 gqa_4+ffn_8",
    "3, true, true, gqa_4+ffn_96 gqa_4+ffn_96",
    "4, false, false, noop+ffn_64 noop+noop gqa_2+ffn_96",
    "6, false, true, gqa_2+linear linear+linear noop+linear gqa_4+noop"
  })
  void whatIsReadBackComputesTheSame(int seed, boolean tied, boolean llama3, String blocks)
      throws IOException {
    assertSame(RandomChild.model(tied, llama3, List.of(blocks.split(" "))), seed);
  }

  @ParameterizedTest
  @ValueSource(ints = {11, 12, 13, 14})
  void whatIsReadBackOfARandomChildComputesTheSame(int seed) throws IOException {
    assertSame(RandomChild.randomModel(seed), seed);
  }

  @ParameterizedTest
  @CsvSource({
    "llama, llama, true",
    "llama, llama, false",
    "llama-biases, llama, true",
    "mistral, llama, true",
    "qwen2, qwen2, true",
    "qwen2, qwen2, false",
    "qwen3, qwen3, true",
  })
  void layersThatAreAlikeAreOfTheirFamilysArchitecture(
      String family, String architecture, boolean tied) throws IOException {
    List<String> layers = List.of("gqa_2+ffn_64", "noop+noop", "gqa_2+ffn_64");
    assertSame(RandomChild.ofFamily(family, tied, layers), 4);
    try (Checkpoint read = Checkpoint.open(folder.resolve("out/model-bf16.gguf"))) {
      assertThat(read.model().common().family()).isEqualTo(architecture);
      assertThat(read.model().layers()).hasSize(2);
    }
    assertThat(Files.readString(folder.resolve("out/model-bf16.gguf"), StandardCharsets.ISO_8859_1))
        .contains(architecture + ".block_count");
  }

  @ParameterizedTest
  @CsvSource({"llama", "llama-biases", "qwen2", "qwen3"})
  void aLinearScalingOfRotationsIsReadBack(String family) throws IOException {
    Model model = RandomChild.ofFamily(family, true, List.of("gqa_2+ffn_64"));
    assertSame(RandomChild.withScaling(model, new RotaryEmbedding.Scaling.Linear(4)), 4);
  }

  @ParameterizedTest
  @CsvSource({
    "llama-biases, gqa_2+ffn_64 gqa_4+ffn_64, layer 0: gqa_2: the layout deci",
    "qwen2, gqa_2+ffn_64 gqa_2+ffn_32, layer 0: gqa_2: the layout deci",
    "qwen2, noop+ffn_64 gqa_2+ffn_64, layer 1: gqa_2: the layout deci",
    "qwen3-biases, gqa_2+ffn_64 gqa_2+ffn_64, layer 0: gqa_2: the layout deci",
    "mistral, gqa_2_window_4+ffn_64 gqa_2_window_4+ffn_64, layer 0: gqa_2_window_4: the layout",
  })
  void otherLayersOfAFamilyWithBiasesNormsOrWindowsAreRefused(
      String family, String layers, String message) throws IOException {
    Model model = RandomChild.ofFamily(family, true, List.of(layers.split(" ")));
    ChildModel child = RandomChild.create(model, 1, TensorType.BF16, folder);
    assertThatThrownBy(() -> new GgufExporter().export(child, folder.resolve("out")))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("gguf cannot hold " + message);
    assertThat(folder.resolve("out")).doesNotExist();
  }

  private void assertSame(Model model, int seed) throws IOException {
    ChildModel child = RandomChild.create(model, seed, TensorType.BF16, folder);
    Path file = exported(new GgufExporter(), child);
    List<Integer> ids = encoded(folder);
    double[] expected = new ReferenceModel(model, child.tensors()).logits(ids);
    try (Checkpoint read = Checkpoint.openFinite(file)) {
      double[] logits = new ReferenceModel(read.model(), read).logits(ids);

      assertThat(read.model().common().specialTokens()).isEqualTo(model.common().specialTokens());
      assertThat(read.model().common().longestContext()).isEqualTo(model.common().longestContext());
      for (int i = 0; i < expected.length; i++) {
        assertThat(logits[i]).isCloseTo(expected[i], within(1e-6));
      }
    }
  }

  @Test
  void theTokenizerIsReadBack() throws IOException {
    ChildModel child = RandomChild.create(RandomChild.randomModel(1), 1, TensorType.BF16, folder);
    Files.writeString(folder.resolve("chat_template.jinja"), "{{ messages[0].content }}");
    Path file = exported(new GgufExporter(), child);
    try (ModelFolder read = ModelFolder.open(file);
        TextTokenizer own = TextTokenizer.open(folder)) {
      assertThat(read.tokenizer().encode(TEXT).ids()).containsExactly(own.encode(TEXT).ids());
      assertThat(read.tokenizer().beginOfText()).isEqualTo(own.beginOfText());
      assertThat(ChatTemplate.sources(read.companionFolder()))
          .isEqualTo(ChatTemplate.sources(folder));
    }
  }

  @Test
  void theFilesOfATokenizerAreGoneWhenTheModelIsClosed() throws IOException {
    Path file =
        exported(
            new GgufExporter(),
            RandomChild.create(RandomChild.randomModel(1), 1, TensorType.BF16, folder));
    Path companions;
    try (ModelFolder read = ModelFolder.open(file)) {
      companions = read.companionFolder();
      assertThat(companions.resolve("tokenizer.json")).exists();
    }
    assertThat(companions).doesNotExist();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void exportedAgainItIsTheSameFile(int seed) throws IOException {
    ChildModel child =
        RandomChild.create(RandomChild.randomModel(seed), seed, TensorType.F32, folder);
    Path file = exported(new GgufF32Exporter(), child);
    try (ModelFolder read = ModelFolder.open(file)) {
      Path again =
          new GgufF32Exporter()
              .export(
                  new ChildModel(read.model(), read.weights(), read.companionFolder()),
                  folder.resolve("again"))
              .files()
              .getFirst();
      assertThat(Files.mismatch(file, again)).isEqualTo(-1);
    }
  }

  private Path exported(CheckpointExporter exporter, ChildModel child) throws IOException {
    return exporter.export(child, folder.resolve("out")).files().getFirst();
  }

  private static List<Integer> encoded(Path folder) throws IOException {
    try (TextTokenizer tokenizer = TextTokenizer.open(folder)) {
      return Arrays.stream(tokenizer.encode(TEXT).ids()).boxed().toList();
    }
  }
}
