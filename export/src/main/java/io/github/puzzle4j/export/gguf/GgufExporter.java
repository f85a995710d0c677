package io.github.puzzle4j.export.gguf;

import io.github.puzzle4j.blocklib.InvalidInputException;
import io.github.puzzle4j.blocklib.arch.Architecture;
import io.github.puzzle4j.blocklib.arch.BlockVariant;
import io.github.puzzle4j.blocklib.arch.ModelConfig;
import io.github.puzzle4j.blocklib.arch.RotaryEmbedding;
import io.github.puzzle4j.blocklib.arch.attention.AttentionVariant;
import io.github.puzzle4j.blocklib.arch.ffn.FfnVariant;
import io.github.puzzle4j.blocklib.checkpoint.TensorType;
import io.github.puzzle4j.export.CheckpointExporter;
import io.github.puzzle4j.export.ChildModel;
import io.github.puzzle4j.export.ExportSummary;
import io.github.puzzle4j.export.Exporters;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * One GGUF file of llama.cpp's architecture {@code deci}, in which each layer has its own head
 * counts and FFN width.
 *
 * <p>The tokenizer must be a byte-level BPE, as Llama 3 and GPT-2 have it. Weights are BF16 unless
 * said otherwise. llama.cpp rounds activations to BF16 too where the weights are; F32 computes as
 * exactly as the CPU can.
 */
public final class GgufExporter implements CheckpointExporter {

  private static final String ARCHITECTURE = "deci";

  /** A limit that is compiled into llama.cpp. */
  private static final int MOST_LAYERS = 512;

  private final TensorType stored;

  /** Weights in BF16. */
  public GgufExporter() {
    this(TensorType.BF16);
  }

  /**
   * Weights in another type.
   *
   * @param stored F32, F16 or BF16
   */
  public GgufExporter(TensorType stored) {
    GgufFile.typeCode(stored);
    this.stored = stored;
  }

  @Override
  public String name() {
    return "gguf";
  }

  /** What a Llama has no layers for; every other variant has an exact form in the file. */
  @Override
  public Optional<String> objection(ModelConfig config, int layer, BlockVariant block) {
    if (!config.isPlainLlama()) {
      return Optional.of(
          "the layout deci has no biases, head norms, windows or experts, as a %s may have"
              .formatted(config.family()));
    }
    if (config.rotary().scaling() instanceof RotaryEmbedding.Scaling.Yarn) {
      return Optional.of("rope scaling yarn is not written to the layout deci");
    }
    Optional<String> ofAttention =
        switch (block.attention()) {
          case AttentionVariant.Teacher(),
              AttentionVariant.GroupedQuery(_),
              AttentionVariant.Linear(),
              AttentionVariant.NoOp() ->
              Optional.empty();
          case AttentionVariant.SlidingWindow(_) ->
              Optional.of("%s is not in the layout deci".formatted(block.attention().id()));
        };
    return ofAttention.or(() ->
        switch (block.ffn()) {
          case FfnVariant.Teacher(), FfnVariant.Pruned(_), FfnVariant.Linear(), FfnVariant.NoOp() ->
              Optional.empty();
          case FfnVariant.Experts(_) ->
              Optional.of("%s is not in the layout deci".formatted(block.ffn().id()));
        });
  }

  @Override
  public ExportSummary export(ChildModel child, Path directory) throws IOException {
    Architecture architecture = child.architecture();
    Exporters.requireNoObjection(this, architecture);
    child.requireTensors();
    List<GgufLayer> layers = GgufLayer.pack(architecture);
    requireLoadable(layers);
    GgufTokenizer tokenizer = GgufTokenizer.read(child.companionFiles(), architecture.config());
    GgufFile file = new GgufFile();
    describe(file, architecture.config(), layers);
    tokenizer.describe(file);
    new GgufTensors(file, child, stored).addAll(layers);
    Path target =
        directory.resolve("model-%s.gguf".formatted(stored.name().toLowerCase(Locale.ROOT)));
    file.write(target);
    return new ExportSummary(
        name(), List.of(target), Files.size(target), notes(architecture, layers, tokenizer));
  }

  private static void requireLoadable(List<GgufLayer> layers) throws InvalidInputException {
    if (layers.size() > MOST_LAYERS) {
      throw new InvalidInputException(
          "the child needs %d layers in a GGUF file; llama.cpp loads at most %d"
              .formatted(layers.size(), MOST_LAYERS));
    }
    if (layers.stream().noneMatch(layer -> layer.mixer() instanceof GgufLayer.Mixer.Softmax)) {
      throw new InvalidInputException(
          "no layer of the child has a KV cache, and llama.cpp loads no model without one");
    }
  }

  private void describe(GgufFile file, ModelConfig config, List<GgufLayer> layers) {
    int headDim = config.attention().headDim();
    file.put("general.architecture", ARCHITECTURE);
    file.putUnsigned("general.file_type", fileType());
    file.putUnsigned(key("block_count"), layers.size());
    file.putUnsigned(key("context_length"), config.longestContext());
    file.putUnsigned(key("embedding_length"), config.hiddenSize());
    file.putUnsigned(key("vocab_size"), config.vocabularySize());
    file.putUnsigned(key("attention.key_length"), headDim);
    file.putUnsigned(key("attention.value_length"), headDim);
    file.putUnsigned(key("rope.dimension_count"), headDim);
    file.put(key("rope.freq_base"), (float) config.rotary().theta());
    file.put(key("attention.layer_norm_rms_epsilon"), (float) config.normEpsilon());
    List<Integer> heads = new ArrayList<>();
    List<Integer> kvHeads = new ArrayList<>();
    for (GgufLayer layer : layers) {
      switch (layer.mixer()) {
        case GgufLayer.Mixer.None() -> {
          heads.add(0);
          kvHeads.add(0);
        }
        case GgufLayer.Mixer.Softmax(int _, int count) -> {
          heads.add(config.attention().heads());
          kvHeads.add(count);
        }
        case GgufLayer.Mixer.Matrix(String _, String _), GgufLayer.Mixer.ZeroMatrix() -> {
          heads.add(config.attention().heads());
          kvHeads.add(0);
        }
      }
    }
    file.putIntegers(key("attention.head_count"), heads);
    file.putIntegers(key("attention.head_count_kv"), kvHeads);
    file.putIntegers(
        key("feed_forward_length"), layers.stream().map(layer -> layer.ffn().channels()).toList());
  }

  private static String key(String suffix) {
    return ARCHITECTURE + "." + suffix;
  }

  private int fileType() {
    return switch (stored) {
      case F32 -> 0;
      case F16 -> 1;
      case BF16 -> 32;
      case F8_E4M3, I64, I32, U8, BOOL ->
          throw new IllegalStateException("%s was refused before".formatted(stored));
    };
  }

  private static List<String> notes(
      Architecture architecture, List<GgufLayer> layers, GgufTokenizer tokenizer) {
    List<String> notes = new ArrayList<>(tokenizer.notes());
    if (layers.size() != architecture.blocks().size()) {
      notes.add(
          "%d layers are packed into %d of the file; outputs are the same"
              .formatted(architecture.blocks().size(), layers.size()));
    }
    long zeros = layers.stream().filter(layer -> layer.ffn() instanceof GgufLayer.Ffn.Zero).count();
    if (zeros > 0) {
      notes.add(
          "%d layer(s) of the file have an FFN of %d zero channels, where the child has none"
              .formatted(zeros, GgufLayer.ZERO_FFN_CHANNELS));
    }
    if (layers.getFirst().mixer() instanceof GgufLayer.Mixer.ZeroMatrix) {
      notes.add("layer 0 has a matrix of zeros in the place of the attention that was left out");
    }
    return notes;
  }
}
