package io.github.puzzle4j.blocklib.checkpoint;

import io.github.puzzle4j.blocklib.InvalidInputException;
import io.github.puzzle4j.blocklib.Json;
import io.github.puzzle4j.blocklib.arch.SoftmaxAttention;
import io.github.puzzle4j.blocklib.gguf.GgufFile;
import io.github.puzzle4j.blocklib.gguf.GgufKeys;
import io.github.puzzle4j.blocklib.gguf.GgufMetadata;
import io.github.puzzle4j.blocklib.gguf.GgufTensor;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Stream;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The {@code config.json} that says what a GGUF file says of its model, so that families read both
 * alike. What it cannot say is refused: a key of the architecture that is not known here may change
 * the arithmetic.
 */
final class GgufConfig {

  private static final String DECI = "deci";

  /** Architectures that are read, and for each the family that has the same arithmetic. */
  private static final List<String> ARCHITECTURES = List.of("llama", "qwen2", "qwen3", DECI);

  /** Keys of the architecture that are read, or that do not matter to the arithmetic. */
  private static final Set<String> KNOWN =
      Set.of(
          GgufKeys.LAYERS,
          GgufKeys.CONTEXT,
          GgufKeys.HIDDEN,
          GgufKeys.FFN,
          GgufKeys.VOCABULARY,
          GgufKeys.HEADS,
          GgufKeys.KV_HEADS,
          GgufKeys.KEY_WIDTH,
          GgufKeys.VALUE_WIDTH,
          GgufKeys.EPSILON,
          GgufKeys.ROPE_WIDTH,
          GgufKeys.ROPE_BASE,
          "tensor_data_layout");

  /** Keys that switch something on, by the only value that is accepted: nothing. */
  private static final Set<String> ZERO =
      Set.of(
          "expert_count",
          "expert_used_count",
          "expert_shared_count",
          "attention.sliding_window",
          "attention.clamp_kqv",
          "attention.max_alibi_bias",
          "leading_dense_block_count",
          "pooling_type");

  /** Factors, of which only 1 is accepted. */
  private static final Set<String> ONE = Set.of("logit_scale", "embedding_scale", "residual_scale");

  private static final int MOST_LAYERS = 10_000;

  private final GgufMetadata metadata;
  private final GgufFile file;
  private final String architecture;

  private GgufConfig(GgufFile file, String architecture) {
    this.file = file;
    this.metadata = file.metadata();
    this.architecture = architecture;
  }

  /**
   * The config of a file.
   *
   * @throws InvalidInputException if its architecture is not known, a key is missing, or one asks
   *     for arithmetic that is not implemented; names the key
   */
  static ConfigJson of(GgufFile file) throws InvalidInputException {
    GgufMetadata metadata = file.metadata();
    String kind = metadata.text("general.type").orElse("model");
    if (!kind.equals("model")) {
      throw metadata.invalid("general.type is '%s'; models are read".formatted(kind));
    }
    GgufConfig config = new GgufConfig(file, architecture(file));
    config.requireKnown();
    return ConfigJson.of(file.path().toString(), config.json());
  }

  /** The architecture of a file. */
  static String architecture(GgufFile file) throws InvalidInputException {
    GgufMetadata metadata = file.metadata();
    String name =
        metadata
            .text(GgufKeys.ARCHITECTURE)
            .orElseThrow(() -> metadata.invalid("needs '%s'".formatted(GgufKeys.ARCHITECTURE)));
    if (!ARCHITECTURES.contains(name)) {
      throw metadata.invalid(
          "%s '%s' is not supported; %s are".formatted(GgufKeys.ARCHITECTURE, name, ARCHITECTURES));
    }
    return name;
  }

  /** Whether rows of queries and keys are in pairs, as llama.cpp rotates them. */
  static boolean isInterleaved(String architecture) {
    return architecture.equals("llama") || architecture.equals(DECI);
  }

  private void requireKnown() throws InvalidInputException {
    String prefix = architecture + ".";
    for (String key : metadata.keys()) {
      if (!key.startsWith(prefix)) {
        continue;
      }
      String own = key.substring(prefix.length());
      boolean known = KNOWN.contains(own) || own.startsWith(GgufRope.PREFIX);
      if (ZERO.contains(own)) {
        requireNumber(key, 0);
      } else if (ONE.contains(own)) {
        requireNumber(key, 1);
      } else if (own.equals("attention.causal")) {
        if (!metadata.flag(key).orElse(true)) {
          throw metadata.invalid("%s=false is not supported".formatted(key));
        }
      } else if (!known) {
        throw metadata.invalid("key '%s' is not supported".formatted(key));
      }
    }
  }

  private void requireNumber(String key, double only) throws InvalidInputException {
    double value = metadata.number(key).orElse(only);
    if (value != only) {
      throw metadata.invalid(
          "%s=%s is not supported; it must be absent or %s".formatted(key, value, only));
    }
  }

  private ObjectNode json() throws InvalidInputException {
    int layers = required(GgufKeys.LAYERS);
    if (layers < 1 || layers > MOST_LAYERS) {
      throw metadata.invalid(
          "%s=%d must be from 1 to %d".formatted(key(GgufKeys.LAYERS), layers, MOST_LAYERS));
    }
    int hidden = required(GgufKeys.HIDDEN);
    int[] heads = perLayer(GgufKeys.HEADS, layers);
    int queryHeads = Arrays.stream(heads).max().orElse(0);
    int width = headWidth(hidden, queryHeads);
    GgufRope rope = GgufRope.of(file, architecture, width);
    ObjectNode node = Json.mapper().createObjectNode();
    boolean differ = architecture.equals(DECI) && !isUniform(heads);
    node.put("model_type", modelType(differ));
    node.put("vocab_size", vocabulary());
    node.put("hidden_size", hidden);
    node.put("num_hidden_layers", layers);
    node.put("num_attention_heads", queryHeads);
    node.put("head_dim", width);
    node.put("hidden_act", "silu");
    node.put("rms_norm_eps", shortest(number(GgufKeys.EPSILON)));
    node.put("max_position_embeddings", rope.maxPositions(required(GgufKeys.CONTEXT)));
    rope.write(node);
    node.put("tie_word_embeddings", !file.tensors().containsKey(GgufNames.HEAD));
    metadata.size32(GgufKeys.BEGIN).ifPresent(id -> node.put("bos_token_id", id));
    metadata.size32(GgufKeys.END).ifPresent(id -> node.put("eos_token_id", id));
    if (differ) {
      putBlocks(node, heads);
    } else {
      node.put("num_key_value_heads", same(GgufKeys.KV_HEADS, layers, queryHeads));
      node.put("intermediate_size", same(GgufKeys.FFN, layers, 0));
      same(GgufKeys.HEADS, layers, 0);
      // Qwen 2 always has biases.
      if (!architecture.equals("qwen2")) {
        node.put(
            "attention_bias",
            file.tensors().containsKey(GgufNames.ofLayer(0, SoftmaxAttention.QUERY_BIAS)));
      }
    }
    return node;
  }

  private int vocabulary() throws InvalidInputException {
    GgufTensor embedding = file.tensors().get(GgufNames.EMBEDDING);
    if (embedding == null) {
      throw metadata.invalid("tensor '%s' is missing".formatted(GgufNames.EMBEDDING));
    }
    long rows = embedding.rows();
    String key = key(GgufKeys.VOCABULARY);
    OptionalInt stated = metadata.size32(key);
    OptionalInt tokens = metadata.size(GgufKeys.TOKENS);
    if (rows > Integer.MAX_VALUE || (stated.isPresent() && stated.getAsInt() != rows)) {
      throw metadata.invalid(
          "%s=%d, but tensor '%s' has %d rows"
              .formatted(key, stated.orElse(Integer.MAX_VALUE), GgufNames.EMBEDDING, rows));
    }
    if (tokens.isPresent() && tokens.getAsInt() > rows) {
      throw metadata.invalid(
          "%s has %d items, but tensor '%s' has %d rows"
              .formatted(GgufKeys.TOKENS, tokens.getAsInt(), GgufNames.EMBEDDING, rows));
    }
    return (int) rows;
  }

  private int headWidth(int hidden, int heads) throws InvalidInputException {
    if (heads < 1) {
      throw metadata.invalid("%s has no head in any layer".formatted(key(GgufKeys.HEADS)));
    }
    int width = metadata.size32(key(GgufKeys.KEY_WIDTH)).orElse(hidden / heads);
    for (String other : List.of(GgufKeys.VALUE_WIDTH, GgufKeys.ROPE_WIDTH)) {
      int own = metadata.size32(key(other)).orElse(width);
      if (own != width) {
        throw metadata.invalid(
            "%s=%d is not supported; it must be the width of a head, %d"
                .formatted(key(other), own, width));
      }
    }
    return width;
  }

  private String modelType(boolean differ) {
    if (differ) {
      return "nemotron-nas";
    }
    return architecture.equals(DECI) ? "llama" : architecture;
  }

  /** Whether all layers are those of a Llama, and alike. */
  private boolean isUniform(int[] heads) throws InvalidInputException {
    return Stream.of(
            heads, perLayer(GgufKeys.KV_HEADS, heads.length), perLayer(GgufKeys.FFN, heads.length))
        .allMatch(each -> each[0] > 0 && Arrays.stream(each).allMatch(one -> one == each[0]));
  }

  /** One entry of {@code block_configs} per layer. */
  private void putBlocks(ObjectNode node, int[] heads) throws InvalidInputException {
    int[] cached = perLayer(GgufKeys.KV_HEADS, heads.length);
    int[] channels = perLayer(GgufKeys.FFN, heads.length);
    ArrayNode blocks = node.putArray(PerLayerFields.BLOCKS);
    for (int layer = 0; layer < heads.length; layer++) {
      ObjectNode block = blocks.addObject();
      ObjectNode attention = block.putObject("attention");
      if (heads[layer] == 0) {
        attention.put("no_op", true);
      } else if (cached[layer] == 0) {
        attention.put("replace_with_linear", true);
      } else {
        attention.put("num_query_heads", heads[layer]);
        attention.put("num_key_value_heads", cached[layer]);
      }
      ObjectNode ffn = block.putObject("ffn");
      if (channels[layer] > 0) {
        ffn.put("intermediate_size", channels[layer]);
      } else if (heads[layer] == 0) {
        ffn.put("no_op", true);
      } else {
        throw metadata.invalid(
            "layer %d has attention and no FFN; llama.cpp leaves out such attention, so that what the file computes is not clear"
                .formatted(layer));
      }
    }
  }

  /** A number for each layer, which may be stored once for all. */
  private int[] perLayer(String suffix, int layers) throws InvalidInputException {
    String key = key(suffix);
    if (!metadata.isArray(key)) {
      int[] all = new int[layers];
      Arrays.fill(all, required(suffix));
      return all;
    }
    int[] each = metadata.sizes(key);
    if (each.length != layers) {
      throw metadata.invalid("%s has %d items for %d layers".formatted(key, each.length, layers));
    }
    return each;
  }

  /**
   * A number that all layers have in common.
   *
   * @param otherwise if it is absent; 0 if it must be there
   */
  private int same(String suffix, int layers, int otherwise) throws InvalidInputException {
    if (otherwise > 0 && metadata.size(key(suffix)).isEmpty()) {
      return otherwise;
    }
    int[] each = perLayer(suffix, layers);
    for (int layer = 1; layer < layers; layer++) {
      if (each[layer] != each[0]) {
        throw metadata.invalid(
            "%s is %d in layer 0 and %d in layer %d; layers may differ in '%s' only"
                .formatted(key(suffix), each[0], each[layer], layer, DECI));
      }
    }
    return each[0];
  }

  private int required(String suffix) throws InvalidInputException {
    return metadata
        .size32(key(suffix))
        .orElseThrow(() -> metadata.invalid("needs '%s'".formatted(key(suffix))));
  }

  private double number(String suffix) throws InvalidInputException {
    OptionalDouble number = metadata.number(key(suffix));
    return number.orElseThrow(() -> metadata.invalid("needs '%s'".formatted(key(suffix))));
  }

  /** A number that was rounded to 32 bits, as people write it: 1e-5, not 9.99999974737875e-6. */
  static double shortest(double number) {
    return (float) number == number ? Double.parseDouble(Float.toString((float) number)) : number;
  }

  private String key(String suffix) {
    return architecture + "." + suffix;
  }
}
