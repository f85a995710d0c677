package io.github.puzzle4j.export;

import io.github.puzzle4j.blocklib.arch.Attention;
import io.github.puzzle4j.blocklib.arch.AttentionShape;
import io.github.puzzle4j.blocklib.arch.Child;
import io.github.puzzle4j.blocklib.arch.CommonParts;
import io.github.puzzle4j.blocklib.arch.Ffn;
import io.github.puzzle4j.blocklib.arch.GatedFfn;
import io.github.puzzle4j.blocklib.arch.Layer;
import io.github.puzzle4j.blocklib.arch.LinearAttention;
import io.github.puzzle4j.blocklib.arch.LinearFfn;
import io.github.puzzle4j.blocklib.arch.Model;
import io.github.puzzle4j.blocklib.arch.NoAttention;
import io.github.puzzle4j.blocklib.arch.NoFfn;
import io.github.puzzle4j.blocklib.arch.Replacement;
import io.github.puzzle4j.blocklib.arch.RotaryEmbedding;
import io.github.puzzle4j.blocklib.arch.SoftmaxAttention;
import io.github.puzzle4j.blocklib.arch.Span;
import io.github.puzzle4j.blocklib.arch.SpecialTokens;
import io.github.puzzle4j.blocklib.arch.StoredWeights;
import io.github.puzzle4j.blocklib.checkpoint.Tensor;
import io.github.puzzle4j.blocklib.checkpoint.TensorSource;
import io.github.puzzle4j.blocklib.checkpoint.TensorType;
import io.github.puzzle4j.blocklib.demo.BpeTrainer;
import io.github.puzzle4j.blocklib.demo.BpeVocabulary;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SplittableRandom;

/** Small children with random weights and a real tokenizer. */
public final class RandomChild {

  private static final List<String> TEXTS =
      List.of(
          "the cat sat on the mat and the dog sat on the log",
          "a small model tells a small story about the cat and the dog",
          "one two three four five six seven eight nine ten");

  private static final BpeVocabulary VOCABULARY = BpeTrainer.train(TEXTS, 330);

  private RandomChild() {}

  /** What the layers of all children have in common. */
  public static CommonParts common(boolean tied, boolean llama3) {
    return new CommonParts(
        "llama",
        VOCABULARY.size(),
        48,
        new RotaryEmbedding(
            10_000,
            llama3
                ? new RotaryEmbedding.Scaling.Llama3(8, 1, 4, 24)
                : new RotaryEmbedding.Scaling.None()),
        1e-5,
        512,
        tied,
        new SpecialTokens(List.of(VOCABULARY.beginOfText()), List.of(VOCABULARY.endOfText())),
        StoredWeights.PLAIN);
  }

  /** A teacher whose layers are all alike: {@code gqa_4+ffn_96}. */
  public static Model teacher(int layers, boolean tied, boolean llama3) {
    return Model.uniform(common(tied, llama3), layers, layer("gqa_4+ffn_96"));
  }

  /** The same model with another scaling of rotations. */
  public static Model withScaling(Model model, RotaryEmbedding.Scaling scaling) {
    CommonParts common = model.common();
    return new Model(
        new CommonParts(
            common.family(),
            common.vocabularySize(),
            common.hiddenSize(),
            new RotaryEmbedding(common.rotary().theta(), scaling),
            common.normEpsilon(),
            common.maxPositions(),
            common.tiedEmbeddings(),
            common.specialTokens(),
            common.storedWeights()),
        model.layers());
  }

  /** The same model with heads of another width. */
  public static Model withHeadWidth(Model model, int width) {
    return model.withLayers(
        model.layers().stream()
            .map(layer ->
                layer.attention() instanceof SoftmaxAttention own
                    ? layer.with(
                        new SoftmaxAttention(
                            new AttentionShape(own.heads().heads(), own.heads().kvHeads(), width),
                            own.window(),
                            own.biases(),
                            own.headNorm()))
                    : layer)
            .toList());
  }

  /** The same model with another number of tokens. */
  public static Model withVocabulary(Model model, int size) {
    CommonParts common = model.common();
    return new Model(
        new CommonParts(
            common.family(),
            size,
            common.hiddenSize(),
            common.rotary(),
            common.normEpsilon(),
            common.maxPositions(),
            common.tiedEmbeddings(),
            common.specialTokens(),
            common.storedWeights()),
        model.layers());
  }

  /** Heads that are wider than the hidden size divided by their number. */
  public static SoftmaxAttention attention(int kvHeads) {
    return SoftmaxAttention.plain(new AttentionShape(4, kvHeads, 16));
  }

  /** The layer of this id. */
  public static Layer layer(String id) {
    String[] halves = id.split("\\+", -1);
    Attention attention =
        switch (halves[0]) {
          case "linear" -> new LinearAttention();
          case "noop" -> new NoAttention();
          default -> attention(number("gqa_", halves[0]));
        };
    Ffn ffn =
        switch (halves[1]) {
          case "linear" -> new LinearFfn();
          case "noop" -> new NoFfn();
          default -> new GatedFfn(number("ffn_", halves[1]));
        };
    Layer layer = new Layer(attention, ffn);
    if (!layer.id().equals(id)) {
      throw new IllegalArgumentException(id);
    }
    return layer;
  }

  /** The families that can be trained; a Llama with biases counts as one. */
  public static List<String> families() {
    return List.of("llama", "llama-biases", "mistral", "qwen2", "qwen3", "qwen3-biases");
  }

  /** A model of a family with the layers of these ids, in which {@code _window_N} may be. */
  public static Model ofFamily(String family, boolean tied, List<String> ids) {
    CommonParts common = common(tied, false).asFamily(family.replace("-biases", ""));
    boolean all = family.endsWith("-biases");
    SoftmaxAttention.Biases few =
        family.equals("qwen2")
            ? SoftmaxAttention.Biases.QUERY_KEY_VALUE
            : SoftmaxAttention.Biases.NONE;
    SoftmaxAttention.Biases biases = all ? SoftmaxAttention.Biases.ALL : few;
    SoftmaxAttention.HeadNorm norm =
        family.startsWith("qwen3")
            ? SoftmaxAttention.HeadNorm.QUERY_AND_KEY
            : SoftmaxAttention.HeadNorm.NONE;
    return new Model(
        common,
        ids.stream()
            .map(id -> {
              String[] window = id.split("_window_|\\+", -1);
              boolean has = id.contains("_window_");
              Layer plain = layer(has ? window[0] + "+" + window[2] : id);
              return plain.attention() instanceof SoftmaxAttention attention
                  ? plain.with(
                      new SoftmaxAttention(
                          heads(attention, biases, norm),
                          has ? Integer.parseInt(window[1]) : 0,
                          biases,
                          norm))
                  : plain;
            })
            .toList());
  }

  /**
   * Where there are biases and no head norms, heads fill the hidden size, as llama.cpp asks for.
   */
  private static AttentionShape heads(
      SoftmaxAttention attention, SoftmaxAttention.Biases biases, SoftmaxAttention.HeadNorm norm) {
    boolean wide =
        biases == SoftmaxAttention.Biases.NONE || norm == SoftmaxAttention.HeadNorm.QUERY_AND_KEY;
    return wide
        ? attention.heads()
        : new AttentionShape(attention.heads().heads(), attention.heads().kvHeads(), 12);
  }

  private static int number(String kind, String id) {
    return Integer.parseInt(id.substring(kind.length()));
  }

  /** The model with the layers of these ids. */
  public static Model model(boolean tied, boolean llama3, List<String> layers) {
    return new Model(common(tied, llama3), layers.stream().map(RandomChild::layer).toList());
  }

  /** A child of five layers of a teacher with eight: the layer of this id stands for 1 to 4. */
  public static Model shortened(boolean tied, boolean llama3, String merged) {
    Model teacher = teacher(8, tied, llama3);
    Layer own = teacher.layers().getFirst();
    Model child =
        new Child(
                teacher,
                List.of(
                    Replacement.of(0, own),
                    new Replacement(new Span(1, 4), List.of(layer(merged), own)),
                    Replacement.of(5, own),
                    new Replacement(new Span(6, 7), List.of(layer(merged)))))
            .model();
    if (child.layers().size() != 5) {
      throw new IllegalStateException(child.toString());
    }
    return child;
  }

  /** A model with random layers. */
  public static Model randomModel(int seed) {
    Random random = new Random(seed);
    List<String> attentions = List.of("gqa_4", "gqa_2", "gqa_1", "linear", "noop");
    List<String> ffns = List.of("ffn_96", "ffn_64", "ffn_37", "ffn_8", "linear", "noop");
    List<String> layers = new ArrayList<>();
    layers.add("gqa_2+ffn_64");
    for (int layer = 1; layer < 6; layer++) {
      layers.add(
          attentions.get(random.nextInt(attentions.size()))
              + "+"
              + ffns.get(random.nextInt(ffns.size())));
    }
    Collections.shuffle(layers, random);
    return model(random.nextBoolean(), random.nextBoolean(), layers);
  }

  /**
   * A child with random weights, and its tokenizer in a folder.
   *
   * @param stored the type of the weights
   */
  public static ChildModel create(Model model, int seed, TensorType stored, Path companionFiles)
      throws IOException {
    VOCABULARY.write(companionFiles, model.common().maxPositions());
    SplittableRandom random = new SplittableRandom(seed);
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    model
        .tensors()
        .forEach((name, shape) -> tensors.put(name, tensor(random, name, shape, stored)));
    return new ChildModel(model, TensorSource.of(tensors), companionFiles);
  }

  private static Tensor tensor(
      SplittableRandom random, String name, List<Long> shape, TensorType stored) {
    int elements = Math.toIntExact(shape.stream().reduce(1L, Math::multiplyExact));
    float[] values = new float[elements];
    double scale = scale(name) / Math.sqrt(shape.getLast());
    for (int i = 0; i < elements; i++) {
      values[i] =
          shape.size() == 1
              ? (float) (0.5 + random.nextDouble())
              : (float) (random.nextGaussian() * scale);
    }
    return Tensor.ofFloats(stored, shape, values);
  }

  /** Sharp attention and a weak embedding, so that what comes out is not what went in. */
  private static double scale(String name) {
    return name.endsWith("q_proj.weight") || name.endsWith("k_proj.weight") ? 2 : 1;
  }

  /** The same, with numbers for what enters each matrix. */
  public static ChildModel withInputs(ChildModel child) {
    Map<String, Float> inputs = new LinkedHashMap<>();
    child
        .model()
        .tensors()
        .forEach((name, shape) -> {
          if (shape.size() == 2) {
            inputs.put(name, 1 + name.length() / 16f);
          }
        });
    return new ChildModel(child.model(), child.tensors(), child.companionFiles(), inputs);
  }
}
