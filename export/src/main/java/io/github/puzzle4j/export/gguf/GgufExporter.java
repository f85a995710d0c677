package io.github.puzzle4j.export.gguf;

import io.github.puzzle4j.blocklib.AtomicFile;
import io.github.puzzle4j.blocklib.InvalidInputException;
import io.github.puzzle4j.blocklib.arch.AttentionShape;
import io.github.puzzle4j.blocklib.arch.CommonParts;
import io.github.puzzle4j.blocklib.arch.Layer;
import io.github.puzzle4j.blocklib.arch.Model;
import io.github.puzzle4j.blocklib.arch.RotaryEmbedding;
import io.github.puzzle4j.blocklib.arch.SoftmaxAttention;
import io.github.puzzle4j.blocklib.gguf.GgufKeys;
import io.github.puzzle4j.export.CheckpointExporter;
import io.github.puzzle4j.export.ChildModel;
import io.github.puzzle4j.export.ExportSummary;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * One GGUF file: of the family's architecture if layers are alike, but for those of which nothing
 * is left, and else of {@code deci}, in which each layer of a Llama has its own head counts and FFN
 * width.
 *
 * <p>The tokenizer must be a byte-level BPE, as in Llama 3 and GPT-2, or a BPE of SentencePiece, as
 * in Llama 2. Weights are BF16 by default; llama.cpp then rounds activations to BF16 too. F32
 * avoids this rounding.
 */
public final class GgufExporter implements CheckpointExporter {

  /** A limit that is compiled into llama.cpp. */
  private static final int MOST_LAYERS = 512;

  private final GgufMix mix;

  /** Weights in BF16. */
  public GgufExporter() {
    this(GgufMix.BF16);
  }

  /** Weights in other types. */
  GgufExporter(GgufMix mix) {
    this.mix = mix;
  }

  @Override
  public String name() {
    return "gguf";
  }

  @Override
  public Optional<String> objection(Model teacher, int position, Layer layer) {
    return scalingObjection(teacher.common()).or(() -> GgufArchitecture.objection(teacher, layer));
  }

  private static Optional<String> scalingObjection(CommonParts common) {
    return switch (common.rotary().scaling()) {
      case RotaryEmbedding.Scaling.Yarn _ ->
          Optional.of("rope scaling yarn is not written to GGUF files");
      case RotaryEmbedding.Scaling.None _,
          RotaryEmbedding.Scaling.Linear _,
          RotaryEmbedding.Scaling.Dynamic _,
          RotaryEmbedding.Scaling.Llama3 _ ->
          Optional.empty();
    };
  }

  @Override
  public boolean needsAttention() {
    return true;
  }

  @Override
  public void requireCompanions(CommonParts common, Path folder) throws IOException {
    GgufTokenizer.read(folder, common);
  }

  @Override
  public ExportSummary export(ChildModel child, Path directory) throws IOException {
    Model model = child.model();
    Optional<String> objection = scalingObjection(model.common());
    if (objection.isPresent()) {
      throw new InvalidInputException("%s: %s".formatted(name(), objection.get()));
    }
    GgufArchitecture architecture = GgufArchitecture.of(model);
    child.requireTensors();
    List<GgufLayer> layers = GgufLayer.pack(model);
    requireLoadable(layers);
    GgufTokenizer tokenizer = GgufTokenizer.read(child.companionFiles(), model.common());
    GgufWriter file = new GgufWriter();
    describe(file, architecture, model.common(), layers);
    tokenizer.describe(file);
    new GgufTensors(file, child, mix, architecture, attention(layers).heads().headDim())
        .addAll(layers);
    Path target = directory.resolve("model-%s.gguf".formatted(mix.name().toLowerCase(Locale.ROOT)));
    AtomicFile.removeLeftovers(target);
    file.write(target);
    return new ExportSummary(
        name(), List.of(target), Files.size(target), notes(model, architecture, layers, tokenizer));
  }

  private static void requireLoadable(List<GgufLayer> layers) throws InvalidInputException {
    if (layers.size() > MOST_LAYERS) {
      throw new InvalidInputException(
          "the child needs %d layers in a GGUF file; llama.cpp loads at most %d"
              .formatted(layers.size(), MOST_LAYERS));
    }
    if (layers.stream().noneMatch(layer -> layer.mixer().attention().isPresent())) {
      throw new InvalidInputException(
          "no layer of the child has a KV cache, and llama.cpp loads no model without one");
    }
  }

  private void describe(
      GgufWriter file, GgufArchitecture architecture, CommonParts common, List<GgufLayer> layers) {
    String prefix = architecture.id() + ".";
    AttentionShape any = attention(layers).heads();
    int headDim = any.headDim();
    file.put(GgufKeys.ARCHITECTURE, architecture.id());
    file.putUnsigned(GgufKeys.FILE_TYPE, mix.fileType());
    file.putUnsigned(prefix + GgufKeys.LAYERS, layers.size());
    file.putUnsigned(prefix + GgufKeys.HIDDEN, common.hiddenSize());
    file.putUnsigned(prefix + GgufKeys.VOCABULARY, common.vocabularySize());
    file.putUnsigned(prefix + GgufKeys.KEY_WIDTH, headDim);
    file.putUnsigned(prefix + GgufKeys.VALUE_WIDTH, headDim);
    file.putUnsigned(prefix + GgufKeys.ROPE_WIDTH, headDim);
    file.put(prefix + GgufKeys.ROPE_BASE, (float) common.rotary().theta());
    file.put(prefix + GgufKeys.EPSILON, (float) common.normEpsilon());
    if (!architecture.isInterleaved()
        && common.rotary().scaling() instanceof RotaryEmbedding.Scaling.Linear(double factor)) {
      // With these keys the context is that before the scaling.
      file.put(prefix + GgufKeys.ROPE_SCALING, "linear");
      file.put(prefix + GgufKeys.ROPE_FACTOR, (float) factor);
      file.putUnsigned(prefix + GgufKeys.CONTEXT, common.maxPositions());
    } else {
      file.putUnsigned(prefix + GgufKeys.CONTEXT, common.longestContext());
    }
    if (architecture.hasLists()) {
      describeLayers(file, prefix, any, layers);
    } else {
      file.putUnsigned(prefix + GgufKeys.HEADS, any.heads());
      file.putUnsigned(prefix + GgufKeys.KV_HEADS, any.kvHeads());
      file.putUnsigned(prefix + GgufKeys.FFN, layers.getFirst().ffn().channels());
    }
  }

  private static void describeLayers(
      GgufWriter file, String prefix, AttentionShape any, List<GgufLayer> layers) {
    List<Integer> heads = new ArrayList<>();
    List<Integer> kvHeads = new ArrayList<>();
    for (GgufLayer layer : layers) {
      switch (layer.mixer()) {
        case GgufLayer.Mixer.None() -> {
          heads.add(0);
          kvHeads.add(0);
        }
        case GgufLayer.Mixer.Softmax(int _, SoftmaxAttention own) -> {
          heads.add(own.heads().heads());
          kvHeads.add(own.heads().kvHeads());
        }
        case GgufLayer.Mixer.Matrix(String _, String _), GgufLayer.Mixer.ZeroMatrix() -> {
          heads.add(any.heads());
          kvHeads.add(0);
        }
      }
    }
    file.putIntegers(prefix + GgufKeys.HEADS, heads);
    file.putIntegers(prefix + GgufKeys.KV_HEADS, kvHeads);
    file.putIntegers(
        prefix + GgufKeys.FFN, layers.stream().map(layer -> layer.ffn().channels()).toList());
  }

  /** The attention of some layer; {@link #requireLoadable} has checked that there is one. */
  static SoftmaxAttention attention(List<GgufLayer> layers) {
    return layers.stream()
        .flatMap(layer -> layer.mixer().attention().stream())
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("no layer has attention"));
  }

  private static List<String> notes(
      Model model, GgufArchitecture architecture, List<GgufLayer> layers, GgufTokenizer tokenizer) {
    List<String> notes = new ArrayList<>();
    notes.add("written as architecture %s".formatted(architecture.id()));
    notes.addAll(tokenizer.notes());
    if (layers.size() != model.layers().size()) {
      notes.add(
          "%d layers are packed into %d of the file; outputs are the same"
              .formatted(model.layers().size(), layers.size()));
    }
    long zeros =
        layers.stream().filter(layer -> layer.ffn() instanceof GgufLayer.Channels.Zero).count();
    if (zeros > 0) {
      notes.add(
          "%d layer(s) of the file have an FFN of %d zero channels, where the child has none"
              .formatted(zeros, GgufLayer.ZERO_FFN_CHANNELS));
    }
    if (layers.getFirst().mixer() instanceof GgufLayer.Mixer.ZeroMatrix) {
      notes.add("layer 0 has a matrix of zeros in place of its removed attention");
    }
    return notes;
  }
}
