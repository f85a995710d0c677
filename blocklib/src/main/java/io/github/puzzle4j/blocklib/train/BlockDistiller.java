package io.github.puzzle4j.blocklib.train;

import io.github.puzzle4j.blocklib.arch.Architecture;
import io.github.puzzle4j.blocklib.arch.LayerSpaces;
import io.github.puzzle4j.blocklib.arch.SearchSpace;
import io.github.puzzle4j.blocklib.checkpoint.TensorSource;
import io.github.puzzle4j.blocklib.checkpoint.TensorType;
import io.github.puzzle4j.blocklib.tensor.DeviceMemory;
import java.io.IOException;
import java.util.List;
import java.util.function.Function;

/**
 * Fills a block library: visits the teacher layer by layer and trains every variant of the search
 * space on the activations that enter the layer. A stopped run goes on at the same layer, variant
 * and step, to the same library.
 */
public final class BlockDistiller {

  /** Is told about each variant. */
  @FunctionalInterface
  public interface Listener {

    /** A variant is in the library; the teacher's own are not reported. */
    void trained(VariantStatistics statistics);

    /** Loss or gradients became NaN or infinite, and a training went back to a good state. */
    default void lost(LostStep step) {}
  }

  private final Function<Architecture, LayerSpaces> spaces;
  private final Distillation distillation;
  private final TensorType stored;

  /**
   * A distiller whose layers all may take the same variants, as far as they fit each.
   *
   * @param stored the type in which weights are kept, and in which the child will have them
   */
  public BlockDistiller(SearchSpace space, Distillation distillation, TensorType stored) {
    this(teacher -> LayerSpaces.of(space, teacher), distillation, stored);
  }

  /** A distiller whose layers have spaces of their own. */
  public BlockDistiller(LayerSpaces spaces, Distillation distillation, TensorType stored) {
    this(_ -> spaces, distillation, stored);
  }

  private BlockDistiller(
      Function<Architecture, LayerSpaces> spaces, Distillation distillation, TensorType stored) {
    this.spaces = spaces;
    this.distillation = distillation;
    this.stored = stored;
  }

  /**
   * Trains what the library lacks, with activations in memory.
   *
   * @param teacher its tensors by Hugging Face names
   * @param batches calibration tokens; the last {@code validationBatches} only measure
   * @throws IllegalArgumentException naming a variant that fits no layer of the teacher
   */
  public void distill(
      DeviceMemory parent,
      Architecture architecture,
      TensorSource teacher,
      BlockRunner runner,
      List<TokenBatch> batches,
      int validationBatches,
      BlockLibrary library,
      Listener listener)
      throws IOException {
    distill(
        parent,
        architecture,
        teacher,
        runner,
        batches,
        validationBatches,
        ActivationStore.inMemory(),
        library,
        listener);
  }

  /**
   * Trains what the library lacks.
   *
   * @param teacher its tensors by Hugging Face names
   * @param batches calibration tokens; the last {@code validationBatches} only measure
   * @param store keeps what is at the boundaries of the layer that is worked on
   * @throws IllegalArgumentException naming a variant that fits no layer of the teacher
   */
  public void distill(
      DeviceMemory parent,
      Architecture architecture,
      TensorSource teacher,
      BlockRunner runner,
      List<TokenBatch> batches,
      int validationBatches,
      ActivationStore store,
      BlockLibrary library,
      Listener listener)
      throws IOException {
    LayerSpaces ofLayers = spaces.apply(architecture);
    Reports reports = new Reports(library, listener);
    new TeacherWalk(architecture, teacher, runner)
        .visit(
            parent,
            batches,
            store,
            layer -> !library.hasLayer(layer),
            layer -> {
              reports.before(layer.index());
              LayerParts parts = library.parts(layer.index());
              PartWeights weights =
                  new PartWeights(architecture, stored, teacher, layer.index(), parts);
              List<VariantStatistics> statistics =
                  new LayerDistiller(
                          runner,
                          distillation,
                          stored,
                          layer,
                          validationBatches,
                          parts,
                          weights,
                          listener)
                      .distill(ofLayers.layer(layer.index()));
              library.complete(layer.index(), parts, statistics);
              reports.done(layer.index());
            });
    reports.before(architecture.blocks().size());
  }

  /** Reports layers that were complete before, in their order. */
  private static final class Reports {

    private final BlockLibrary library;
    private final Listener listener;
    private int next;

    Reports(BlockLibrary library, Listener listener) {
      this.library = library;
      this.listener = listener;
    }

    void before(int layer) throws IOException {
      for (; next < layer; next++) {
        library.statistics(next).forEach(listener::trained);
      }
    }

    void done(int layer) {
      next = layer + 1;
    }
  }
}
