package io.github.puzzle4j.blocklib.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.puzzle4j.blocklib.InvalidInputException;
import io.github.puzzle4j.blocklib.arch.AttentionShape;
import io.github.puzzle4j.blocklib.arch.Ffn;
import io.github.puzzle4j.blocklib.arch.GatedFfn;
import io.github.puzzle4j.blocklib.arch.Layer;
import io.github.puzzle4j.blocklib.arch.Model;
import io.github.puzzle4j.blocklib.arch.RotaryEmbedding;
import io.github.puzzle4j.blocklib.arch.TensorNames;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** On the golden folders, which transformers wrote. */
class CheckpointTest {

  private static final Path GOLDEN = Path.of("src/test/resources/golden/llama");

  @TempDir Path folder;

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
  void aGoldenFolderOpensAndIsWrittenAgainTheSame(String name) throws IOException {
    try (Checkpoint golden = Checkpoint.open(GOLDEN.resolve(name))) {
      assertThat(golden.model().parameters()).isEqualTo(elements(golden));
      String first = golden.names().getFirst();
      TensorType stored = golden.spec(first).type();
      CheckpointWriter.write(folder, golden.model(), golden, stored, 10_000);
      try (Checkpoint again = Checkpoint.open(folder)) {
        assertThat(again.model()).isEqualTo(golden.model());
        for (String tensor : golden.names()) {
          assertThat(again.tensor(tensor).data().mismatch(golden.tensor(tensor).data()))
              .isEqualTo(-1);
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "mistral-window",
        "mistral-full-tied",
        "qwen2-untied",
        "qwen2-tied-some-windows",
        "qwen3-untied",
        "qwen3-tied-all-windows"
      })
  void foldersOfOtherFamiliesOpenAndAreWrittenAgainTheSame(String name) throws IOException {
    try (Checkpoint golden =
        Checkpoint.open(Path.of("src/test/resources/golden/families").resolve(name))) {
      assertThat(golden.model().parameters()).isEqualTo(elements(golden));
      CheckpointWriter.write(
          folder, golden.model(), golden, TensorType.BF16, CheckpointWriter.DEFAULT_SHARD_BYTES);
      assertThat(ConfigFile.read(folder.resolve("config.json"))).isEqualTo(golden.model());
    }
  }

  @Test
  void shardsGiveWayToASingleFile() throws IOException {
    try (Checkpoint golden = Checkpoint.open(GOLDEN.resolve("tied-bf16"))) {
      CheckpointWriter.write(folder, golden.model(), golden, TensorType.BF16, 5_000);
      assertThat(folder.resolve("model.safetensors.index.json")).exists();
      CheckpointWriter.write(folder, golden.model(), golden, TensorType.BF16, 1L << 30);
    }
    try (var files = Files.list(folder)) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrder("config.json", "model.safetensors");
    }
  }

  @Test
  void bothSpellingsOfRopeScalingAreRead() throws IOException {
    for (String name : List.of("llama3-rope-bf16", "llama3-legacy-config-bf16")) {
      RotaryEmbedding rotary =
          ConfigFile.read(GOLDEN.resolve(name).resolve("config.json")).common().rotary();
      assertThat(rotary)
          .isEqualTo(new RotaryEmbedding(1000, new RotaryEmbedding.Scaling.Llama3(8, 1, 4, 24)));
    }
  }

  @Test
  void aHeterogeneousConfigIsReadLayerByLayer() throws IOException {
    Model child = ConfigFile.read(GOLDEN.resolve("nemotron-nas-bf16/config.json"));
    assertThat(child.layers().stream().map(Layer::id))
        .containsExactly(
            "gqa_4+ffn_40",
            "gqa_2+ffn_256",
            "linear+noop",
            "noop+linear",
            "gqa_1+ffn_24",
            "noop+noop");
    assertThat(child.common().specialTokens().end()).containsExactly(2, 3);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "\"model_type\": \"llama\" | \"model_type\": \"mamba\" | unknown model_type 'mamba'",
        "\"model_type\": \"llama\" | \"model_typ\": \"llama\" | needs 'model_type'",
        "\"attention_bias\": false | \"attention_bias\": true |"
            + " 'model.layers.0.self_attn.q_proj.bias' is missing",
        "\"mlp_bias\": false | \"mlp_bias\": true | mlp_bias=true",
        "\"silu\" | \"gelu\" | hidden_act=\"gelu\"",
        "\"vocab_size\": 64 | \"vocab_size\": 64, \"sliding_window\": 128 | sliding_window=128",
        "\"vocab_size\": 64 | \"vocab_size\": 64, \"quantization_config\": {\"bits\": 4} |"
            + " quantization_config",
        "\"vocab_size\": 64 | \"vocab_size\": 64.5 | vocab_size=64.5",
        "\"vocab_size\": 64 | \"vocab_size\": \"64\" | vocab_size=\"64\"",
        "\"vocab_size\": 64 | \"vocab_size\": 0 | vocab_size=0",
        "\"vocab_size\": 64 | \"vocab_size\": 65 | model.embed_tokens.weight",
        "\"vocab_size\": 64 | \"vocab_sise\": 64 | needs 'vocab_size'",
        "\"vocab_size\": 64 | \"vocab_size\": 64, \"vocab_size\": 64 | vocab_size",
        "\"num_key_value_heads\": 2 | \"num_key_value_heads\": 3 | kvHeads=3",
        "\"num_hidden_layers\": 2 | \"num_hidden_layers\": 3 |"
            + " 'model.layers.2.input_layernorm.weight' is missing",
        "\"num_hidden_layers\": 2 | \"num_hidden_layers\": 1 | no place",
        "\"num_hidden_layers\": 2 | \"num_hidden_layers\": 99999999999 | num_hidden_layers",
        "\"num_hidden_layers\": 2 | \"num_hidden_layers\": 99999999 | num_hidden_layers",
        "\"rms_norm_eps\": 1e-05 | \"rms_norm_eps\": -1 | normEpsilon",
        "\"rope_type\": \"llama3\" | \"rope_type\": \"ntk\" | rope_type 'ntk'",
        "\"factor\": 8.0 | \"factors\": 8.0 | needs 'factor'",
      })
  void aConfigThatCannotBeComputedIsRefusedByName(String from, String to, String message)
      throws IOException {
    copyGolden("llama3-rope-bf16");
    Path config = folder.resolve("config.json");
    String text = Files.readString(config);
    assertThat(text).contains(from);
    Files.writeString(config, text.replace(from, to));
    assertThatThrownBy(() -> Checkpoint.open(folder).close())
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining(folder.toString())
        .hasMessageContaining(message)
        .hasMessageNotContaining("\n");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "model-00002-of-00003.safetensors | ../model-00002-of-00003.safetensors | plain name",
        "model-00002-of-00003.safetensors | /etc/passwd | plain name",
        "model-00002-of-00003.safetensors | absent.safetensors | no such file",
        "model-00002-of-00003.safetensors | model-00001-of-00003.safetensors | is not in",
        "model.norm.weight | model.norm.weigth | is not in",
        "weight_map | weights | needs 'weight_map'",
      })
  void anIndexThatPointsElsewhereIsRefused(String from, String to, String message)
      throws IOException {
    copyGolden("sharded-bf16");
    Path index = folder.resolve("model.safetensors.index.json");
    Files.writeString(index, Files.readString(index).replace(from, to));
    assertThatThrownBy(() -> Checkpoint.open(folder).close())
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining(message)
        .hasMessageNotContaining("\n");
  }

  @Test
  void missingFilesAreNamed() throws IOException {
    assertThatThrownBy(() -> Checkpoint.open(folder.resolve("nowhere")).close())
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("nowhere");
    assertThatThrownBy(() -> Checkpoint.open(folder).close()).hasMessageContaining("config.json");
    copyGolden("tied-bf16");
    Files.delete(folder.resolve("model.safetensors"));
    assertThatThrownBy(() -> Checkpoint.open(folder).close())
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("model.safetensors");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "pytorch_model.bin | save it as safetensors",
        "pytorch_model.bin.index.json | save it as safetensors",
        "consolidated.00.pth | convert it to the layout of Hugging Face",
        "model.pt | save it as safetensors",
        "model-q4_k_m.gguf | give that file instead of the folder",
        "adapter_model.safetensors | an adapter is not a model: merge it into its base model",
        "model-00001-of-00002.safetensors | shards need model.safetensors.index.json",
        "weights.safetensors | the file must be called model.safetensors",
        "tf_model.h5 | convert it to the layout of Hugging Face",
      })
  void otherFilesOfWeightsAreSaidToBeThere(String file, String remedy) throws IOException {
    copyGolden("tied-bf16");
    Files.delete(folder.resolve("golden.safetensors"));
    Files.move(folder.resolve("model.safetensors"), folder.resolve(file));
    String there = "; there is %s: %s".formatted(file, remedy);
    assertThatThrownBy(() -> Checkpoint.open(folder).close())
        .isInstanceOf(InvalidInputException.class)
        .hasMessage(
            "%s: neither model.safetensors nor model.safetensors.index.json%s"
                .formatted(folder, there));
    Files.delete(folder.resolve("config.json"));
    assertThatThrownBy(() -> Checkpoint.open(folder).close())
        .isInstanceOf(InvalidInputException.class)
        .hasMessage("%s: no such file%s".formatted(folder.resolve("config.json"), there));
  }

  /** What an export leaves that was killed. */
  @Test
  void weightsWithoutAConfigAreSaidToBeUnfinished() throws IOException {
    copyGolden("tied-bf16");
    Files.delete(folder.resolve("config.json"));
    assertThatThrownBy(() -> Checkpoint.open(folder).close())
        .isInstanceOf(InvalidInputException.class)
        .hasMessageEndingWith(
            "config.json: no such file; there is model.safetensors: weights without a config are"
                + " what a writer leaves that was stopped");
  }

  @ParameterizedTest
  @ValueSource(strings = {"base_model.model.", "module.", "language_model."})
  void namesWithAnotherPrefixAreSaidToHaveOne(String prefix) throws IOException {
    try (Checkpoint golden = Checkpoint.open(GOLDEN.resolve("tied-bf16"))) {
      Map<String, Tensor> tensors = new LinkedHashMap<>();
      for (String name : golden.names()) {
        tensors.put(prefix + name, golden.tensor(name));
      }
      copyGolden("tied-bf16");
      SafetensorsWriter.write(folder.resolve("model.safetensors"), TensorSource.of(tensors));
    }
    String first = "model.layers.0.input_layernorm.weight";
    assertThatThrownBy(() -> Checkpoint.open(folder).close())
        .isInstanceOf(InvalidInputException.class)
        .hasMessage(
            "%s: tensor '%s' is missing; there is '%s%s': names with other prefixes are not supported, rename the tensors"
                .formatted(folder, first, prefix, first));
  }

  @Test
  void aTensorWithoutAPlaceIsRefused() throws IOException {
    try (Checkpoint golden = Checkpoint.open(GOLDEN.resolve("tied-bf16"))) {
      Map<String, Tensor> tensors = new LinkedHashMap<>();
      for (String name : golden.names()) {
        tensors.put(name, golden.tensor(name));
      }
      tensors.put(
          "model.layers.0.self_attn.q_proj.bias",
          Tensor.ofFloats(TensorType.F32, List.of(1L), new float[1]));
      CheckpointWriter.write(
          folder,
          golden.model(),
          TensorSource.of(tensors),
          TensorType.BF16,
          CheckpointWriter.DEFAULT_SHARD_BYTES);
    }
    assertThatThrownBy(() -> Checkpoint.open(folder).close()).hasMessageContaining("q_proj.bias");
  }

  @Test
  void aSecondCopyOfATiedEmbeddingMustBeTheSame() throws IOException {
    try (Checkpoint golden = Checkpoint.open(GOLDEN.resolve("tied-bf16"))) {
      Tensor embedding = golden.tensor(TensorNames.EMBEDDING);
      writeWith(golden, TensorNames.LM_HEAD, embedding);
      Checkpoint.open(folder).close();

      float[] other = embedding.toFloats();
      other[17]++;
      writeWith(
          golden, TensorNames.LM_HEAD, Tensor.ofFloats(TensorType.BF16, embedding.shape(), other));
    }
    assertThatThrownBy(() -> Checkpoint.open(folder).close())
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("'lm_head.weight' is not the same as 'model.embed_tokens.weight'");
  }

  @Test
  void eachTensorHasTheTypeThatItsFileNames() throws IOException {
    String name = TensorNames.FINAL_NORM;
    Tensor norm;
    try (Checkpoint golden = Checkpoint.open(GOLDEN.resolve("tied-bf16"))) {
      norm = golden.tensor(name).as(TensorType.F16);
      writeWith(golden, name, norm);
    }
    Path config = folder.resolve("config.json");
    for (String claimed : List.of("bfloat16", "float16", "float32")) {
      Files.writeString(config, Files.readString(config).replace("bfloat16", claimed));
      try (Checkpoint mixed = Checkpoint.open(folder)) {
        assertThat(mixed.tensor(name).type()).isEqualTo(TensorType.F16);
        assertThat(mixed.tensor(name).toFloats()).isEqualTo(norm.toFloats());
        assertThat(mixed.tensor(TensorNames.EMBEDDING).type()).isEqualTo(TensorType.BF16);
      }
    }
  }

  private void writeWith(Checkpoint golden, String name, Tensor tensor) throws IOException {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    for (String other : golden.names()) {
      tensors.put(other, golden.tensor(other));
    }
    tensors.put(name, tensor);
    CheckpointWriter.write(
        folder, golden.model(), TensorSource.of(tensors), TensorType.BF16, 1 << 20);
  }

  @Test
  void publishedChildrenAreRead() throws IOException {
    Path configs = Path.of("../../shared/configs");
    org.junit.jupiter.api.Assumptions.assumeTrue(
        Files.isDirectory(configs), "no ../shared/configs beside the repository");
    Model child = ConfigFile.read(configs.resolve("Llama-3_3-Nemotron-Super-49B-v1.config.json"));
    assertThat(
            child.layers().stream()
                .map(Layer::ffn)
                .filter(GatedFfn.class::isInstance)
                .mapToInt(Ffn::channelsPerToken)
                .max())
        .hasValue(28672);
    assertThat(child.firstSoftmax().orElseThrow().heads())
        .isEqualTo(new AttentionShape(64, 8, 128));
    assertThat(child.parameters()).isBetween(49_000_000_000L, 50_500_000_000L);
    assertThat(ConfigFile.read(configs.resolve("Meta-Llama-3.1-8B.config.json")).parameters())
        .isEqualTo(8_030_261_248L);
  }

  private static long elements(Checkpoint checkpoint) throws IOException {
    long elements = 0;
    for (String name : checkpoint.names()) {
      elements += checkpoint.spec(name).elements();
    }
    return elements;
  }

  private void copyGolden(String name) throws IOException {
    try (var files = Files.newDirectoryStream(GOLDEN.resolve(name))) {
      for (Path file : files) {
        Files.copy(file, folder.resolve(file.getFileName()));
      }
    }
  }
}
