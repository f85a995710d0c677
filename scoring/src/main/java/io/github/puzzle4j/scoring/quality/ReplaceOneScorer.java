package io.github.puzzle4j.scoring.quality;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.github.puzzle4j.blocklib.arch.BlockVariant;
import io.github.puzzle4j.blocklib.arch.SearchSpace;
import io.github.puzzle4j.blocklib.arch.attention.AttentionVariant;
import io.github.puzzle4j.blocklib.arch.ffn.FfnVariant;
import io.github.puzzle4j.blocklib.checkpoint.TensorSource;
import io.github.puzzle4j.blocklib.train.BlockLibrary;
import io.github.puzzle4j.blocklib.train.BlockWeights;
import io.github.puzzle4j.blocklib.train.LanguageModel;
import io.github.puzzle4j.blocklib.train.TeacherWalk;
import io.github.puzzle4j.blocklib.train.TokenBatch;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntPredicate;

/**
 * Scores every block variant by putting it alone into the teacher (Puzzle, arXiv 2411.19146,
 * section 4). Starts at the replaced layer from the teacher's own activations; an attention variant
 * is computed once for all FFN variants behind it.
 */
public final class ReplaceOneScorer {

  /** Is told about each variant, and given each layer when it is complete. */
  public interface Listener {

    /** One variant has been scored. */
    void scored(VariantScore score);

    /** All variants of a layer have been scored. */
    void layerDone(int layer, List<VariantScore> scores) throws IOException;
  }

  private final SearchSpace space;
  private final LanguageModel teacher;
  private final TensorSource teacherTensors;
  private final BlockLibrary library;

  /** A scorer for the variants of a space that the library holds. */
  public ReplaceOneScorer(
      SearchSpace space, LanguageModel teacher, TensorSource teacherTensors, BlockLibrary library) {
    this.space = space;
    this.teacher = teacher;
    this.teacherTensors = teacherTensors;
    this.library = library;
  }

  /**
   * Scores all variants of the layers asked for. The teacher's own block has divergence 0 and the
   * teacher's loss.
   *
   * @param batches held-out tokens, all of them scored for every variant
   * @throws IOException if the library lacks a variant, or from the listener
   */
  public void score(
      NDManager parent, List<TokenBatch> batches, IntPredicate layers, Listener listener)
      throws IOException {
    try (NDManager cached = parent.newSubManager()) {
      List<NDArray> references = references(cached, batches);
      new TeacherWalk(teacher.architecture(), teacherTensors, teacher.runner())
          .visit(
              parent,
              batches,
              (scope, layer, weights, inputs) -> {
                if (layers.test(layer)) {
                  scoreLayer(new Layer(scope, layer, inputs, batches, references), listener);
                }
              });
    }
  }

  /** What is known where a block is replaced. */
  private record Layer(
      NDManager scope,
      int index,
      List<NDArray> inputs,
      List<TokenBatch> batches,
      List<NDArray> references) {}

  private List<NDArray> references(NDManager cached, List<TokenBatch> batches) {
    List<NDArray> all = new ArrayList<>();
    for (TokenBatch batch : batches) {
      try (NDManager scope = cached.newSubManager()) {
        NDArray reference = teacher.runner().reference(teacher.forward(batch.ids(scope), false));
        reference.attach(cached);
        all.add(reference);
      }
    }
    return all;
  }

  private void scoreLayer(Layer layer, Listener listener) throws IOException {
    List<VariantScore> scores = new ArrayList<>();
    for (AttentionVariant attention : space.attention()) {
      try (NDManager scope = layer.scope().newSubManager()) {
        List<NDArray> middles = middles(scope, layer, attention);
        for (FfnVariant ffn : space.ffn()) {
          VariantScore score = score(layer, new BlockVariant(attention, ffn), middles);
          scores.add(score);
          listener.scored(score);
        }
      }
    }
    listener.layerDone(layer.index(), List.copyOf(scores));
  }

  private List<NDArray> middles(NDManager scope, Layer layer, AttentionVariant attention)
      throws IOException {
    BlockVariant replaced = new BlockVariant(attention, new FfnVariant.NoOp());
    List<NDArray> weights = weights(scope, layer.index(), replaced).attention();
    List<NDArray> middles = new ArrayList<>();
    for (NDArray input : layer.inputs()) {
      NDArray alias = alias(scope, input);
      middles.add(teacher.runner().attention(attention, alias, weights, false));
    }
    return middles;
  }

  private VariantScore score(Layer layer, BlockVariant variant, List<NDArray> middles)
      throws IOException {
    List<Score.Part> divergence = new ArrayList<>();
    List<Score.Part> loss = new ArrayList<>();
    try (NDManager shared = layer.scope().newSubManager()) {
      BlockVariant replaced = new BlockVariant(new AttentionVariant.NoOp(), variant.ffn());
      List<NDArray> weights = weights(shared, layer.index(), replaced).ffn();
      for (int i = 0; i < middles.size(); i++) {
        try (NDManager scope = shared.newSubManager()) {
          NDArray hidden =
              teacher.runner().ffn(variant.ffn(), alias(scope, middles.get(i)), weights, false);
          PredictionMetrics metrics =
              PredictionMetrics.withoutRanks(
                  scope,
                  teacher.runner(),
                  layer.batches().get(i),
                  rest(hidden, layer.index() + 1),
                  layer.references().get(i));
          divergence.addAll(metrics.divergence());
          loss.addAll(metrics.loss());
        }
      }
    }
    return new VariantScore(layer.index(), variant.id(), Score.of(divergence), Score.of(loss));
  }

  private BlockWeights weights(NDManager scope, int layer, BlockVariant variant)
      throws IOException {
    return BlockWeights.load(
        scope,
        teacher.architecture().config(),
        TensorSource.of(
            library.layer(teacherTensors, teacher.architecture().config(), layer, variant)),
        layer,
        variant);
  }

  private NDArray rest(NDArray hidden, int from) {
    NDArray current = hidden;
    for (BlockWeights block : teacher.blocks().subList(from, teacher.blocks().size())) {
      current = teacher.runner().block(block, current, false);
    }
    return teacher.logits(current, false);
  }

  private static NDArray alias(NDManager scope, NDArray array) {
    NDArray alias = array.reshape(array.getShape());
    alias.attach(scope);
    return alias;
  }
}
