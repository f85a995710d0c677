package io.github.puzzle4j.blocklib.library;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.puzzle4j.blocklib.InvalidInputException;
import io.github.puzzle4j.blocklib.arch.Architecture;
import io.github.puzzle4j.blocklib.arch.BlockVariant;
import io.github.puzzle4j.blocklib.arch.ModelConfig;
import io.github.puzzle4j.blocklib.checkpoint.Tensor;
import io.github.puzzle4j.blocklib.checkpoint.TensorNames;
import io.github.puzzle4j.blocklib.checkpoint.TensorSource;
import io.github.puzzle4j.blocklib.checkpoint.TensorType;
import io.github.puzzle4j.blocklib.tensor.DeviceMemory;
import io.github.puzzle4j.blocklib.tensor.Precision;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BlockLibraryTest {

  private static final BlockVariant REPLACED = BlockVariant.parse("gqa_1+ffn_6");

  @TempDir Path folder;

  private final ModelConfig config = TinyModel.config(2);
  private final Architecture shape = Architecture.teacher(config);
  private final TensorSource teacher = TinyModel.teacher(config, 1);
  private final VariantStatistics statistics =
      new VariantStatistics(1, SubblockKind.FFN, "ffn_6", 0.5, 0.25, 7);

  @Test
  void aChildHasTheVariantsOfTheLibraryAndTheRestOfItsTeacher() throws IOException {
    BlockLibrary library = filled();
    Architecture child =
        new Architecture(config, List.of(BlockVariant.parse("noop+teacher"), REPLACED));
    TensorSource tensors = library.child(teacher, shape, child);
    assertThat(tensors.names()).containsExactlyElementsOf(TensorNames.of(child).keySet());
    assertThat(tensors.tensor("model.layers.0.mlp.up_proj.weight").toFloats())
        .isEqualTo(teacher.tensor("model.layers.0.mlp.up_proj.weight").toFloats());
    assertThat(tensors.tensor("model.embed_tokens.weight").toFloats())
        .isEqualTo(teacher.tensor("model.embed_tokens.weight").toFloats());
    TensorSource own = variants();
    assertThat(tensors.tensor("model.layers.1.self_attn.k_proj.weight").toFloats())
        .isEqualTo(own.tensor("attention/gqa_1/self_attn.k_proj.weight").toFloats());
    assertThat(tensors.tensor("model.layers.1.mlp.down_proj.weight").toFloats())
        .isEqualTo(own.tensor("ffn/ffn_6/mlp.down_proj.weight").toFloats());
    try (DeviceMemory memory = DeviceMemory.open();
        LanguageModel model = LanguageModel.load(memory, child, tensors, Precision.FLOAT32)) {
      assertThat(
              model.forward(TinyModel.batches(1, 1, 3, 1).getFirst().ids(memory), false).toFloats())
          .doesNotContain(Float.NaN);
    }
  }

  @Test
  void statisticsComeBackAsTheyWereWritten() throws IOException {
    BlockLibrary library = filled();
    assertThat(library.hasLayer(1)).isTrue();
    assertThat(library.hasLayer(0)).isFalse();
    assertThat(library.statistics(1)).containsExactly(statistics);
    assertThat(library.statistics()).as("layers from the first on").isEmpty();
  }

  @Test
  void aVariantThatIsNotThereIsNamed() throws IOException {
    BlockLibrary library = filled();
    assertThatThrownBy(() -> library.layer(teacher, shape, 1, BlockVariant.parse("linear+teacher")))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("attention/linear");
    assertThatThrownBy(() -> library.layer(teacher, shape, 0, REPLACED))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("layer-000.safetensors");
    assertThatThrownBy(() -> library.statistics(0))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("layer-000.json");
  }

  @Test
  void aVariantOfAnotherShapeIsRefused() throws IOException {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    for (String name : variants().names()) {
      tensors.put(name, Tensor.ofFloats(TensorType.F32, List.of(2L, 3L), new float[6]));
    }
    BlockLibrary library = new BlockLibrary(folder);
    library.writeLayer(1, TensorSource.of(tensors), List.of(statistics));
    assertThatThrownBy(() -> library.layer(teacher, shape, 1, REPLACED))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("shape [2, 3]")
        .hasMessageContaining("gqa_1");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "[]",
        "{\"schema\": 2, \"layer\": 1, \"variants\": []}",
        "{\"schema\": 1, \"layer\": 0, \"variants\": []}",
        "{\"schema\": 1, \"layer\": 1}",
        "{\"schema\": 1, \"layer\": 1, \"variants\": [{\"layer\": 1}]}",
        "{\"schema\": 1, \"layer\": 1, \"variants\": [], \"more\": 1}"
      })
  void statisticsThatAreNoneAreRefused(String json) throws IOException {
    Files.writeString(folder.resolve("layer-001.json"), json);
    assertThatThrownBy(() -> new BlockLibrary(folder).statistics(1))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("layer-001.json")
        .hasMessageNotContaining("\n");
  }

  private BlockLibrary filled() throws IOException {
    BlockLibrary library = new BlockLibrary(folder);
    library.writeLayer(1, variants(), List.of(statistics));
    return library;
  }

  private TensorSource variants() throws IOException {
    Architecture own = new Architecture(config, List.of(BlockVariant.teacher(), REPLACED));
    TensorSource random = TinyModel.weights(own, 5);
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    for (String suffix : TensorNames.attention(config, REPLACED.attention()).keySet()) {
      tensors.put(
          BlockLibrary.tensorName(SubblockKind.ATTENTION, "gqa_1", suffix),
          random.tensor(TensorNames.ofLayer(1, suffix)));
    }
    for (String suffix : TensorNames.ffn(config, REPLACED.ffn()).keySet()) {
      tensors.put(
          BlockLibrary.tensorName(SubblockKind.FFN, "ffn_6", suffix),
          random.tensor(TensorNames.ofLayer(1, suffix)));
    }
    return TensorSource.of(tensors);
  }
}
