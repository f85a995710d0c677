package io.github.puzzle4j.scoring.quality;

import io.github.puzzle4j.blocklib.arch.Architecture;
import io.github.puzzle4j.blocklib.arch.LayerSpaces;
import io.github.puzzle4j.blocklib.arch.SearchSpace;
import io.github.puzzle4j.blocklib.checkpoint.TensorSource;
import io.github.puzzle4j.blocklib.tensor.DeviceMemory;
import io.github.puzzle4j.blocklib.train.ActivationStore;
import io.github.puzzle4j.blocklib.train.BlockLibrary;
import io.github.puzzle4j.blocklib.train.BlockRunner;
import io.github.puzzle4j.blocklib.train.LanguageHead;
import io.github.puzzle4j.blocklib.train.TeacherLayer;
import io.github.puzzle4j.blocklib.train.TeacherWalk;
import io.github.puzzle4j.blocklib.train.TokenBatch;
import java.io.IOException;
import java.util.List;
import java.util.function.IntPredicate;

/**
 * Scores every block variant by putting it alone into the teacher (Puzzle, arXiv 2411.19146,
 * section 4). Starts at the replaced layer from the teacher's own activations. All variants of a
 * layer, the teacher's own among them, go through the layers behind it together, and each of these
 * is loaded when it is reached: no more than one layer, the variants' hidden states and the LM head
 * need be in memory, however deep the teacher is.
 */
public final class ReplaceOneScorer {

  /** Is told about each variant, and given each layer when it is complete. */
  public interface Listener {

    /** One variant has been scored. */
    void scored(VariantScore score);

    /** All variants of a layer have been scored. */
    void layerDone(int layer, List<VariantScore> scores) throws IOException;
  }

  private final LayerSpaces spaces;
  private final Architecture teacher;
  private final TensorSource tensors;
  private final BlockRunner runner;
  private final BlockLibrary library;
  private final long memoryBytes;

  /**
   * A scorer for variants that all layers may take, as far as they fit each.
   *
   * @throws IllegalArgumentException naming a variant that fits no layer
   */
  public ReplaceOneScorer(
      SearchSpace space,
      Architecture teacher,
      TensorSource tensors,
      BlockRunner runner,
      BlockLibrary library,
      long memoryBytes) {
    this(LayerSpaces.of(space, teacher), teacher, tensors, runner, library, memoryBytes);
  }

  /**
   * A scorer for the variants of spaces that the library holds.
   *
   * @param tensors the teacher's, by Hugging Face names
   * @param memoryBytes what may be used beyond the least that is needed: half of it for layers that
   *     stay in memory, half for batches that go through the layers together
   */
  public ReplaceOneScorer(
      LayerSpaces spaces,
      Architecture teacher,
      TensorSource tensors,
      BlockRunner runner,
      BlockLibrary library,
      long memoryBytes) {
    this.spaces = spaces;
    this.teacher = teacher;
    this.tensors = tensors;
    this.runner = runner;
    this.library = library;
    this.memoryBytes = memoryBytes;
  }

  /**
   * Scores all variants of the layers asked for. The teacher's own block has divergence 0 and the
   * teacher's loss.
   *
   * @param batches held-out tokens, all of them scored for every variant
   * @param store keeps what enters the layer that is worked on
   * @throws IOException if the library lacks a variant, or from the listener
   */
  public void score(
      DeviceMemory parent,
      List<TokenBatch> batches,
      ActivationStore store,
      IntPredicate layers,
      Listener listener)
      throws IOException {
    try (DeviceMemory memory = parent.newScope();
        LanguageHead head = LanguageHead.load(memory, runner, tensors)) {
      LayerCache cache = new LayerCache(memory, teacher, tensors, memoryBytes / 2);
      LayerScorer scorer =
          new LayerScorer(
              spaces, teacher, tensors, runner, library, cache, head, batches, memoryBytes / 2);
      new TeacherWalk(teacher, tensors, runner)
          .visit(
              memory,
              batches,
              store,
              layers,
              layer -> report(layer, scorer.score(layer), listener));
    }
  }

  private static void report(TeacherLayer layer, List<VariantScore> scores, Listener listener)
      throws IOException {
    scores.forEach(listener::scored);
    listener.layerDone(layer.index(), scores);
  }
}
