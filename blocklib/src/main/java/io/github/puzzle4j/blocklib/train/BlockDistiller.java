package io.github.puzzle4j.blocklib.train;

import ai.djl.ndarray.NDManager;
import io.github.puzzle4j.blocklib.arch.Architecture;
import io.github.puzzle4j.blocklib.arch.BlockVariant;
import io.github.puzzle4j.blocklib.arch.ModelConfig;
import io.github.puzzle4j.blocklib.arch.SearchSpace;
import io.github.puzzle4j.blocklib.arch.attention.AttentionVariant;
import io.github.puzzle4j.blocklib.arch.ffn.FfnVariant;
import io.github.puzzle4j.blocklib.checkpoint.Tensor;
import io.github.puzzle4j.blocklib.checkpoint.TensorNames;
import io.github.puzzle4j.blocklib.checkpoint.TensorSource;
import io.github.puzzle4j.blocklib.checkpoint.TensorType;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.stream.IntStream;

/**
 * Fills a block library: visits the teacher layer by layer and trains every variant of the search
 * space on the activations that enter the layer. A layer that the library already has is passed
 * over, so that a stopped run goes on.
 */
public final class BlockDistiller {

  /** Is told about each variant. */
  @FunctionalInterface
  public interface Listener {

    /** A variant is in the library; the teacher's own are not reported. */
    void trained(VariantStatistics statistics);
  }

  private final SearchSpace space;
  private final Distillation distillation;
  private final TensorType stored;

  /**
   * A distiller.
   *
   * @param stored the type in which weights are kept, and in which the child will have them
   */
  public BlockDistiller(SearchSpace space, Distillation distillation, TensorType stored) {
    this.space = space;
    this.distillation = distillation;
    this.stored = stored;
  }

  /**
   * Trains what the library lacks.
   *
   * @param teacher its tensors by Hugging Face names
   * @param batches calibration tokens; the last {@code validationBatches} only measure
   * @throws IllegalArgumentException if the search space does not fit the teacher, or if the
   *     teacher's layers are not all of its own shape
   */
  public void distill(
      NDManager parent,
      Architecture architecture,
      TensorSource teacher,
      BlockRunner runner,
      List<TokenBatch> batches,
      int validationBatches,
      BlockLibrary library,
      Listener listener)
      throws IOException {
    requireAlike(architecture);
    space.requireFits(architecture.config());
    if (isComplete(library, architecture)) {
      library.statistics().forEach(listener::trained);
      return;
    }
    new TeacherWalk(architecture, teacher, runner)
        .visit(
            parent,
            batches,
            (scope, layer, weights, inputs) -> {
              if (!library.hasLayer(layer)) {
                try (LayerDistiller distiller =
                    new LayerDistiller(
                        scope,
                        runner,
                        distillation,
                        stored,
                        layer,
                        weights,
                        inputs,
                        validationBatches)) {
                  distillLayer(distiller, layer, runner.config(), library, listener);
                }
              } else {
                library.statistics(layer).forEach(listener::trained);
              }
            });
  }

  private static void requireAlike(Architecture architecture) {
    for (int layer = 0; layer < architecture.blocks().size(); layer++) {
      BlockVariant block = architecture.blocks().get(layer);
      if (!block.equals(BlockVariant.teacher())) {
        throw new IllegalArgumentException(
            "layer %d of the teacher is %s; only teachers whose layers are all alike can be searched"
                .formatted(layer, block.id()));
      }
    }
  }

  private static boolean isComplete(BlockLibrary library, Architecture architecture) {
    return IntStream.range(0, architecture.blocks().size()).allMatch(library::hasLayer);
  }

  private void distillLayer(
      LayerDistiller distiller,
      int layer,
      ModelConfig config,
      BlockLibrary library,
      Listener listener)
      throws IOException {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    List<VariantStatistics> statistics = new ArrayList<>();
    for (AttentionVariant variant : space.attention()) {
      if (!(variant instanceof AttentionVariant.Teacher)) {
        VariantStatistics trained =
            distiller.attention(
                variant,
                (id, weights) ->
                    store(
                        SubblockKind.ATTENTION,
                        id,
                        TensorNames.attention(config, variant),
                        weights,
                        tensors));
        statistics.add(trained);
        listener.trained(trained);
      }
    }
    long[] order = distiller.channelOrder();
    for (FfnVariant variant : space.ffn()) {
      if (!(variant instanceof FfnVariant.Teacher)) {
        VariantStatistics trained =
            distiller.ffn(
                variant,
                order,
                (id, weights) ->
                    store(
                        SubblockKind.FFN, id, TensorNames.ffn(config, variant), weights, tensors));
        statistics.add(trained);
        listener.trained(trained);
      }
    }
    library.writeLayer(layer, TensorSource.of(tensors), statistics);
  }

  private static void store(
      SubblockKind subblock,
      String variant,
      SequencedMap<String, List<Long>> shapes,
      List<Tensor> weights,
      Map<String, Tensor> into) {
    int index = 0;
    for (String suffix : shapes.keySet()) {
      into.put(BlockLibrary.tensorName(subblock, variant, suffix), weights.get(index));
      index++;
    }
  }
}
