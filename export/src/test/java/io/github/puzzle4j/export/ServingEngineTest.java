package io.github.puzzle4j.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.puzzle4j.blocklib.InvalidInputException;
import io.github.puzzle4j.blocklib.arch.Attention;
import io.github.puzzle4j.blocklib.arch.ExpertsFfn;
import io.github.puzzle4j.blocklib.arch.Ffn;
import io.github.puzzle4j.blocklib.arch.GatedFfn;
import io.github.puzzle4j.blocklib.arch.Layer;
import io.github.puzzle4j.blocklib.arch.LinearAttention;
import io.github.puzzle4j.blocklib.arch.LinearFfn;
import io.github.puzzle4j.blocklib.arch.Model;
import io.github.puzzle4j.blocklib.arch.NoAttention;
import io.github.puzzle4j.blocklib.arch.NoFfn;
import io.github.puzzle4j.blocklib.arch.SoftmaxAttention;
import io.github.puzzle4j.blocklib.checkpoint.ConfigFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class ServingEngineTest {

  private static final SoftmaxAttention LLAMA = RandomChild.attention(4);

  private static final Model TEACHER = RandomChild.teacher(8, true, false);

  private static final String COMMON =
      """
      "vocab_size": 100, "hidden_size": 64, "intermediate_size": 128, "num_hidden_layers": 2,
      "num_attention_heads": 4, "num_key_value_heads": 2, "head_dim": 16, "hidden_act": "silu",
      "max_position_embeddings": 64, "rms_norm_eps": 1e-5, "rope_theta": 10000.0,
      "bos_token_id": 1, "eos_token_id": 2, "tie_word_embeddings": false,
      """;

  @TempDir Path folder;

  /** What an engine takes: yes or no in the first layer, then in a later one. */
  @ParameterizedTest
  @CsvSource({
    "plain,    yes yes, yes yes, yes yes, yes yes",
    "fewer,    yes yes, yes yes, yes yes, yes yes",
    "window,   no  no,  no  no,  no  no,  yes yes",
    "biases,   no  no,  no  no,  no  no,  yes yes",
    "outBias,  no  no,  no  no,  no  no,  yes yes",
    "headNorm, no  no,  no  no,  no  no,  yes yes",
    "linear,   no  no,  yes yes, yes yes, yes yes",
    "noop,     no  yes, yes yes, yes yes, yes yes",
  })
  void eachKindOfAttentionIsTakenWhereTheLoaderIsKnownToTakeIt(
      String kind, String vllm, String trtllm, String llamacpp, String torch) {
    Layer layer = new Layer(attention(kind), new GatedFfn(96));
    assertTakes(ServingEngine.VLLM, layer, vllm);
    assertTakes(ServingEngine.TRTLLM, layer, trtllm);
    assertTakes(ServingEngine.LLAMACPP, layer, llamacpp);
    assertTakes(ServingEngine.TORCH, layer, torch);
  }

  @ParameterizedTest
  @CsvSource({
    "gated,   yes yes, yes yes, yes yes, yes yes",
    "linear,  no  no,  yes yes, yes yes, yes yes",
    "noop,    yes yes, yes yes, yes yes, yes yes",
    "experts, no  no,  no  no,  no  no,  no  no",
  })
  void eachKindOfFfnIsTakenWhereTheLoaderIsKnownToTakeIt(
      String kind, String vllm, String trtllm, String llamacpp, String torch) {
    Layer layer = new Layer(LLAMA, ffn(kind));
    assertTakes(ServingEngine.VLLM, layer, vllm);
    assertTakes(ServingEngine.TRTLLM, layer, trtllm);
    assertTakes(ServingEngine.LLAMACPP, layer, llamacpp);
    assertTakes(ServingEngine.TORCH, layer, torch);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "qwen2   | \"model_type\": \"qwen2\", \"use_sliding_window\": true, \"sliding_window\": 8,"
            + " \"max_window_layers\": 1",
        "qwen3   | \"model_type\": \"qwen3\", \"attention_bias\": true",
      })
  void layersThatNoEngineIsKnownToTakeAreOnlyTakenByTheKernelsOfThisProject(
      String family, String fields) throws IOException {
    Model model = model(fields);
    assertThat(model.common().family()).isEqualTo(family);
    for (int position = 0; position < model.layers().size(); position++) {
      Layer layer = model.layers().get(position);
      for (ServingEngine engine :
          new ServingEngine[] {ServingEngine.VLLM, ServingEngine.TRTLLM, ServingEngine.LLAMACPP}) {
        assertThat(engine.objection(model, position, layer))
            .contains(
                engine.id()
                    + " is not known to load attention with windows, biases or head norms in a"
                    + " model whose layers differ");
      }
      assertThat(ServingEngine.TORCH.objection(model, position, layer)).isEmpty();
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "llama   | \"model_type\": \"llama\", \"attention_bias\": false",
        "mistral | \"model_type\": \"mistral\", \"sliding_window\": null",
      })
  void layersAsInLlamaAreTakenByAllEngines(String family, String fields) throws IOException {
    Model model = model(fields);
    assertThat(model.common().family()).isEqualTo(family);
    for (ServingEngine engine : ServingEngine.values()) {
      assertThat(engine.objection(model, 0, model.layers().getFirst())).isEmpty();
      assertThat(engine.objection(model, 1, model.layers().getLast())).isEmpty();
    }
  }

  /** Of such a teacher only whole layers can be left out, so that the rest is of its family. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "qwen2 | \"model_type\": \"qwen2\", \"use_sliding_window\": false",
        "qwen3 | \"model_type\": \"qwen3\", \"attention_bias\": false",
        "llama | \"model_type\": \"llama\", \"attention_bias\": true",
      })
  void theLayersOfAFamilyAreTakenAsAWholeOrNotAtAll(String family, String fields)
      throws IOException {
    Model model = model(fields);
    Layer own = model.layers().getFirst();
    for (ServingEngine engine :
        new ServingEngine[] {ServingEngine.TRTLLM, ServingEngine.LLAMACPP}) {
      assertThat(engine.objection(model, 0, own)).isEmpty();
      assertThat(engine.objection(model, 1, own)).isEmpty();
      assertThat(engine.objection(model, 0, new Layer(new NoAttention(), new NoFfn()))).isEmpty();
      for (Layer other :
          new Layer[] {
            own.with(new NoFfn()), own.with(new NoAttention()), own.with(new GatedFfn(64))
          }) {
        assertThat(engine.objection(model, 1, other))
            .contains(
                engine.id() + " is not known to load a %s whose layers differ".formatted(family));
      }
    }
    assertThat(ServingEngine.TORCH.objection(model, 1, own.with(new NoFfn()))).isEmpty();
  }

  /** By its Transformers backend, which knows one window size. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "yes no  | \"model_type\": \"qwen2\", \"use_sliding_window\": false",
        "yes no  | \"model_type\": \"qwen3\", \"attention_bias\": false",
        "yes no  | \"model_type\": \"llama\", \"attention_bias\": true",
        "no  yes | \"model_type\": \"mistral\", \"sliding_window\": 32",
      })
  void vllmTakesLayersOfAnyFamilyThatDifferInSizes(String places, String fields)
      throws IOException {
    Model model = model(fields);
    Layer own = model.layers().getFirst();
    SoftmaxAttention attention = model.firstSoftmax().orElseThrow();
    for (Layer other :
        new Layer[] {
          own,
          own.with(new NoFfn()),
          own.with(attention.withKvHeads(1)),
          own.with(new NoAttention()),
          own.with(new GatedFfn(64))
        }) {
      assertThat(ServingEngine.VLLM.objection(model, 1, other)).isEmpty();
    }
    String[] expected = places.split(" +", -1);
    assertThat(ServingEngine.VLLM.objection(model, 1, own.with(new LinearFfn())).isEmpty())
        .isEqualTo(expected[0].equals("yes"));
    assertThat(ServingEngine.VLLM.objection(model, 1, own.with(attention.withWindow(32))).isEmpty())
        .isEqualTo(expected[1].equals("yes"));
    assertThat(ServingEngine.VLLM.objection(model, 1, own.with(attention.withWindow(7))))
        .isPresent();
  }

  @ParameterizedTest
  @EnumSource
  void anEngineHasANameByWhichItIsFound(ServingEngine engine) throws IOException {
    assertThat(ServingEngine.named(engine.id())).isEqualTo(engine);
  }

  @Test
  void anUnknownNameListsThoseThereAre() {
    assertThatThrownBy(() -> ServingEngine.named("sglang"))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage("unknown serving engine 'sglang'; there are [vllm, trtllm, llamacpp, torch]");
  }

  private static void assertTakes(ServingEngine engine, Layer layer, String places) {
    String[] expected = places.split(" +", -1);
    for (int position : new int[] {0, 1, 7}) {
      Optional<String> objection = engine.objection(TEACHER, position, layer);
      assertThat(objection.isEmpty() ? "yes" : "no")
          .as("%s, %s at %d: %s", engine, layer, position, objection)
          .isEqualTo(expected[Math.min(position, 1)]);
      objection.ifPresent(text -> assertThat(text).startsWith(engine.id() + " is not known to"));
    }
  }

  private static Attention attention(String kind) {
    return switch (kind) {
      case "plain" -> LLAMA;
      case "fewer" -> LLAMA.withKvHeads(1);
      case "window" -> LLAMA.withWindow(32);
      case "biases" -> with(SoftmaxAttention.Biases.QUERY_KEY_VALUE);
      case "outBias" -> with(SoftmaxAttention.Biases.ALL);
      case "headNorm" ->
          new SoftmaxAttention(
              LLAMA.heads(),
              SoftmaxAttention.NO_WINDOW,
              SoftmaxAttention.Biases.NONE,
              SoftmaxAttention.HeadNorm.QUERY_AND_KEY);
      case "linear" -> new LinearAttention();
      case "noop" -> new NoAttention();
      default -> throw new IllegalArgumentException(kind);
    };
  }

  private static SoftmaxAttention with(SoftmaxAttention.Biases biases) {
    return new SoftmaxAttention(
        LLAMA.heads(), SoftmaxAttention.NO_WINDOW, biases, SoftmaxAttention.HeadNorm.NONE);
  }

  private static Ffn ffn(String kind) {
    return switch (kind) {
      case "gated" -> new GatedFfn(96);
      case "linear" -> new LinearFfn();
      case "noop" -> new NoFfn();
      case "experts" -> new ExpertsFfn(8, 2, 96, 0);
      default -> throw new IllegalArgumentException(kind);
    };
  }

  private Model model(String fields) throws IOException {
    Path file = folder.resolve(ConfigFile.NAME);
    Files.writeString(file, "{" + COMMON + fields + "}");
    return ConfigFile.read(file);
  }
}
