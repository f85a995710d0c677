package io.github.puzzle4j.scoring.quality;

import io.github.puzzle4j.blocklib.arch.Model;
import io.github.puzzle4j.blocklib.arch.Replacement;
import io.github.puzzle4j.blocklib.checkpoint.TensorSource;
import io.github.puzzle4j.blocklib.library.BlockLibrary;
import io.github.puzzle4j.blocklib.tensor.DeviceMemory;
import io.github.puzzle4j.blocklib.train.ActivationStore;
import io.github.puzzle4j.blocklib.train.BlockRunner;
import io.github.puzzle4j.blocklib.train.LanguageHead;
import io.github.puzzle4j.blocklib.train.LayerCache;
import io.github.puzzle4j.blocklib.train.TeacherWalk;
import io.github.puzzle4j.blocklib.train.TokenBatch;
import java.io.IOException;
import java.util.List;

/**
 * Scores replacements by inserting each alone into the teacher (Puzzle, arXiv 2411.19146, section
 * 4). Starts at the replaced layer from the teacher's own activations. All replacements that begin
 * at a layer pass through the later layers together, and each of these is loaded when it is
 * reached: only one layer, the replacements' hidden states and the LM head need memory, however
 * deep the teacher is.
 */
public final class ReplaceOneScorer {

  /** Receives what was measured of each replacement. */
  @FunctionalInterface
  public interface Listener {
    void scored(MeasuredParts measured) throws IOException;
  }

  private final Model teacher;
  private final TensorSource tensors;
  private final BlockRunner runner;
  private final BlockLibrary library;
  private final long memoryBytes;

  /**
   * A scorer of replacements that the library holds.
   *
   * @param tensors the teacher's, by Hugging Face names
   * @param memoryBytes memory beyond the minimum: half of it for cached layers, half for batches
   *     that pass through the layers together
   */
  public ReplaceOneScorer(
      Model teacher,
      TensorSource tensors,
      BlockRunner runner,
      BlockLibrary library,
      long memoryBytes) {
    this.teacher = teacher;
    this.tensors = tensors;
    this.runner = runner;
    this.library = library;
    this.memoryBytes = memoryBytes;
  }

  /**
   * Scores replacements, layer by layer. One that keeps the teacher's layers has divergence 0 and
   * the teacher's loss.
   *
   * @param batches tokens, all of them scored for every replacement
   * @param metrics what is measured
   * @param store keeps the inputs of the current layer
   * @param replacements in any order
   * @throws IOException if the library lacks a replacement, or from the listener
   */
  public void score(
      DeviceMemory parent,
      List<TokenBatch> batches,
      List<Metric> metrics,
      ActivationStore store,
      List<Replacement> replacements,
      Listener listener)
      throws IOException {
    try (DeviceMemory memory = parent.newScope();
        LanguageHead head = LanguageHead.load(memory, runner, tensors)) {
      LayerCache cache = new LayerCache(memory, teacher, tensors, memoryBytes / 2);
      LayerScorer scorer =
          new LayerScorer(teacher, runner, library, cache, head, batches, metrics, memoryBytes / 2);
      new TeacherWalk(teacher, tensors, runner)
          .visit(
              memory,
              batches,
              store,
              layer -> !startingAt(replacements, layer).isEmpty(),
              layer -> {
                for (MeasuredParts measured :
                    scorer.score(layer, startingAt(replacements, layer.index()))) {
                  listener.scored(measured);
                }
              });
    }
  }

  private static List<Replacement> startingAt(List<Replacement> replacements, int layer) {
    return replacements.stream().filter(one -> one.span().first() == layer).toList();
  }
}
