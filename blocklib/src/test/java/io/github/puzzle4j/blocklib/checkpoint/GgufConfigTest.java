package io.github.puzzle4j.blocklib.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.puzzle4j.blocklib.InvalidInputException;
import io.github.puzzle4j.blocklib.arch.Model;
import io.github.puzzle4j.blocklib.arch.RotaryEmbedding.Scaling;
import io.github.puzzle4j.blocklib.gguf.GgufBytes;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What the metadata of a GGUF file says of the model, and what is refused by name. */
class GgufConfigTest {

  private static final int KEYS = 9;

  @TempDir Path folder;

  /** A model of two layers with these further keys; its only tensor is the embedding. */
  private Model read(String architecture, List<Consumer<GgufBytes>> more) throws IOException {
    String prefix = architecture + ".";
    GgufBytes bytes =
        GgufBytes.of(1, KEYS + more.size())
            .put("general.architecture", architecture)
            .put(prefix + "block_count", 2)
            .put(prefix + "context_length", 1024)
            .put(prefix + "embedding_length", 32)
            .put(prefix + "feed_forward_length", 64)
            .put(prefix + "attention.head_count", 4)
            .put(prefix + "attention.head_count_kv", 2)
            .put(prefix + "attention.layer_norm_rms_epsilon", 1e-5f)
            .put(prefix + "rope.freq_base", 500_000f);
    more.forEach(key -> key.accept(bytes));
    bytes.tensor("token_embd.weight", 0, 0, 32, 10).data(32 * 10 * 4);
    return ConfigFile.read(bytes.write(folder.resolve("m.gguf")));
  }

  @Test
  void sizesAreRead() throws IOException {
    Model model = read("llama", List.of());

    assertThat(model.layers()).hasSize(2);
    assertThat(model.layers().getFirst().id()).isEqualTo("gqa_2+ffn_64");
    assertThat(model.common().vocabularySize()).isEqualTo(10);
    assertThat(model.common().normEpsilon()).isEqualTo(1e-5);
    assertThat(model.common().rotary().theta()).isEqualTo(500_000);
    assertThat(model.common().tiedEmbeddings()).isTrue();
  }

  @Test
  void linearScalingIsRead() throws IOException {
    Model model =
        read(
            "llama",
            List.of(
                it -> it.put("llama.rope.scaling.type", "linear"),
                it -> it.put("llama.rope.scaling.factor", 4f)));

    assertThat(model.common().rotary().scaling()).isEqualTo(new Scaling.Linear(4));
    assertThat(model.common().maxPositions()).isEqualTo(1024);
  }

  @Test
  void yarnIsRead() throws IOException {
    Model model =
        read(
            "qwen2",
            List.of(
                it -> it.put("qwen2.rope.scaling.type", "yarn"),
                it -> it.put("qwen2.rope.scaling.factor", 4f),
                it -> it.put("qwen2.rope.scaling.original_context_length", 256)));

    assertThat(model.common().rotary().scaling())
        .isEqualTo(new Scaling.Yarn(4, Scaling.Yarn.usualAttentionFactor(4), 256, 32, 1, true));
  }

  @Test
  void layersOfADeciDiffer() throws IOException {
    GgufBytes bytes =
        GgufBytes.of(1, KEYS)
            .put("general.architecture", "deci")
            .put("deci.block_count", 3)
            .put("deci.context_length", 64)
            .put("deci.embedding_length", 32)
            .put("deci.attention.layer_norm_rms_epsilon", 1e-5f)
            .put("deci.rope.freq_base", 10_000f)
            .putIntegers("deci.attention.head_count", List.of(4, 0, 4))
            .putIntegers("deci.attention.head_count_kv", List.of(1, 0, 0))
            .putIntegers("deci.feed_forward_length", List.of(64, 0, 32))
            .tensor("token_embd.weight", 0, 0, 32, 10)
            .data(32 * 10 * 4);
    Model model = ConfigFile.read(bytes.write(folder.resolve("m.gguf")));

    assertThat(model.layers())
        .extracting(layer -> layer.id())
        .containsExactly("gqa_1+ffn_64", "noop+noop", "linear+ffn_32");
  }

  static Stream<Arguments> refused() {
    return Stream.of(
        Arguments.of(put(it -> it.put("llama.expert_count", 8)), "llama.expert_count=8.0"),
        Arguments.of(put(it -> it.put("llama.attention.sliding_window", 9)), "sliding_window=9"),
        Arguments.of(put(it -> it.put("llama.logit_scale", 2f)), "llama.logit_scale=2.0"),
        Arguments.of(put(it -> it.put("llama.attention.causal", false)), "causal=false"),
        Arguments.of(put(it -> it.put("llama.attention.key_lenght", 8)), "key_lenght' is not"),
        Arguments.of(put(it -> it.put("llama.attention.value_length", 4)), "value_length=4"),
        Arguments.of(put(it -> it.put("llama.rope.dimension_count", 4)), "dimension_count=4"),
        Arguments.of(put(it -> it.put("llama.rope.scaling.type", "longrope")), "type 'longrope'"),
        Arguments.of(put(it -> it.put("llama.rope.scaling.type", "su")), "type 'su'"),
        Arguments.of(put(it -> it.put("llama.rope.scaling.type", "yarn")), "original_context"),
        Arguments.of(
            put(it -> it.put("llama.rope.scaling.yarn_log_multiplier", 1f)), "yarn_log_multiplier"),
        Arguments.of(put(it -> it.put("llama.vocab_size", 11)), "llama.vocab_size=11"),
        Arguments.of(put(it -> it.put("general.type", "adapter")), "general.type is 'adapter'"));
  }

  private static Consumer<GgufBytes> put(Consumer<GgufBytes> key) {
    return key;
  }

  @ParameterizedTest
  @MethodSource("refused")
  void isRefusedByName(Consumer<GgufBytes> key, String message) {
    assertThatThrownBy(() -> read("llama", List.of(key)))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageStartingWith(folder.resolve("m.gguf").toString())
        .hasMessageContaining(message)
        .hasMessageNotContaining("\n");
  }

  @ParameterizedTest
  @CsvSource({"gemma", "phi3", "qwen2moe", "mamba", "gpt2", "llama4", "''"})
  void anotherArchitectureIsRefusedByName(String name) {
    assertThatThrownBy(() -> read(name, List.of()))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("general.architecture '%s' is not supported".formatted(name));
  }
}
