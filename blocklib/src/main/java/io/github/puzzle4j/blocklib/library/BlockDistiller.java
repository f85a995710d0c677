package io.github.puzzle4j.blocklib.library;

import io.github.puzzle4j.blocklib.arch.Model;
import io.github.puzzle4j.blocklib.tensor.DeviceMemory;
import io.github.puzzle4j.blocklib.train.ActivationStore;
import io.github.puzzle4j.blocklib.train.BlockRunner;
import io.github.puzzle4j.blocklib.train.LostStep;
import io.github.puzzle4j.blocklib.train.TeacherWalk;
import io.github.puzzle4j.blocklib.train.TokenBatch;
import java.io.IOException;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Fills a block library: visits the teacher layer by layer and runs every training on the
 * activations that enter the layer. A stopped run continues at the same layer, training and step,
 * to the same library.
 */
public final class BlockDistiller {

  /** Callbacks for progress. */
  @FunctionalInterface
  public interface Listener {

    /** A replacement is in the library. */
    void trained(TrainingStatistics statistics);

    /** A step of a training gave NaN or infinity; the training continues without it or ends. */
    default void lost(LostStep step) {}
  }

  private final BlockLibrary library;
  private final BlockRunner runner;
  private final List<TokenBatch> batches;

  /**
   * A distiller.
   *
   * @param batches calibration tokens; the library's inputs say how many of the last are held out
   */
  public BlockDistiller(BlockLibrary library, BlockRunner runner, List<TokenBatch> batches) {
    this.library = library;
    this.runner = runner;
    this.batches = List.copyOf(batches);
  }

  /**
   * Runs all trainings that the library lacks.
   *
   * @param activations keeps the activations at the boundaries of the current layer
   */
  public void distill(DeviceMemory parent, ActivationStore activations, Listener listener)
      throws IOException {
    distill(parent, Set.copyOf(library.plan().trainings()), activations, listener);
  }

  /**
   * Runs some trainings, as far as the library lacks them.
   *
   * @param asked of the library's trainings; each with those from which it starts
   * @param activations keeps the activations at the boundaries of the current layer
   */
  public void distill(
      DeviceMemory parent, Set<Train> asked, ActivationStore activations, Listener listener)
      throws IOException {
    Model teacher = library.plan().teacher();
    BitSet wanted = wanted(asked);
    Reports reports = new Reports(asked, listener);
    if (wanted.isEmpty()) {
      reports.before(teacher.layers().size());
      return;
    }
    try (SpanInputs spans = new SpanInputs(parent, activations, library)) {
      new TeacherWalk(teacher, library.teacher(), runner)
          .visit(
              parent,
              batches,
              activations,
              wanted::get,
              layer -> {
                reports.before(layer.index());
                spans.enter(layer);
                new LayerDistiller(library, runner, layer, spans, listener).distill(asked);
                spans.leave(layer);
                reports.done(layer.index());
              });
    }
    reports.before(teacher.layers().size());
  }

  /** Layers that unfinished trainings need: for a span, all of its layers. */
  private BitSet wanted(Set<Train> asked) throws IOException {
    BitSet wanted = new BitSet();
    for (int layer = 0; layer < library.plan().teacher().layers().size(); layer++) {
      Optional<RankChannels> ranking = library.plan().ranking(layer);
      for (Train training : library.plan().trainings(layer)) {
        if (!asked.contains(training)) {
          continue;
        }
        if (ranking.isPresent()
            && training.part() != TrainedPart.ATTENTION
            && library.store().find(ranking.get()).isEmpty()) {
          wanted.set(layer);
        }
        if (library.store().find(training).isEmpty()) {
          wanted.set(training.span().first(), training.span().last() + 1);
        }
      }
    }
    return wanted;
  }

  /** Reports layers that were complete before, in their order. */
  private final class Reports {

    private final Set<Train> asked;
    private final Listener listener;
    private int next;

    Reports(Set<Train> asked, Listener listener) {
      this.asked = asked;
      this.listener = listener;
    }

    void before(int layer) throws IOException {
      for (; next < layer; next++) {
        for (Train training : library.plan().trainings(next)) {
          if (asked.contains(training)) {
            library.statistics(training).orElseThrow().forEach(listener::trained);
          }
        }
      }
    }

    void done(int layer) {
      next = layer + 1;
    }
  }
}
