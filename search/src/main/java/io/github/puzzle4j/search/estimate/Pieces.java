package io.github.puzzle4j.search.estimate;

import io.github.puzzle4j.blocklib.arch.Attention;
import io.github.puzzle4j.blocklib.arch.Ffn;
import io.github.puzzle4j.blocklib.arch.Layer;
import io.github.puzzle4j.blocklib.arch.LayerOptions;
import io.github.puzzle4j.blocklib.arch.SearchSpace;
import io.github.puzzle4j.blocklib.tensor.DeviceMemory;
import io.github.puzzle4j.blocklib.train.WorkSpeed;
import io.github.puzzle4j.search.plan.Distill;
import io.github.puzzle4j.search.plan.SearchPlan;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * Measured seconds of the pieces of a search, each of one batch of distillation.
 *
 * @param tokens of the batch
 * @param attention forward
 * @param ffn forward
 * @param attentionStep training of an attention before the teacher's FFN
 * @param ffnStep training of an FFN
 * @param attentionFit a fit of an attention's last matrix, with as many batches as the plan has
 * @param ffnFit of an FFN's
 * @param layerStep training of one of the teacher's layers as a whole
 * @param head comparison of predictions, with gradients
 */
record Pieces(
    long tokens,
    Curve attention,
    Curve ffn,
    Curve attentionStep,
    Curve ffnStep,
    Curve attentionFit,
    Curve ffnFit,
    double layerStep,
    double head) {

  /**
   * Measures all of them.
   *
   * @param batches of calibration text
   */
  static Pieces measured(DeviceMemory memory, SearchPlan plan, SearchSpace space, int batches) {
    int hidden = space.teacher().hiddenSize();
    int rows = plan.distill().batch();
    int sequence = plan.data().sequenceLength();
    Set<Attention> attention = new LinkedHashSet<>();
    Set<Ffn> ffn = new LinkedHashSet<>();
    for (LayerOptions options : space.layers()) {
      attention.addAll(options.attention());
      ffn.addAll(options.ffn());
    }
    int heldOut = Distill.validationBatches(batches);
    Layer own = space.teacher().layers().getLast();
    try (WorkSpeed speed =
        new WorkSpeed(
            memory,
            space.teacher().common(),
            plan.precision().on(memory.device()),
            rows,
            sequence)) {
      // First, since it prepares Java for all others.
      double layerStep = speed.training(own);
      return new Pieces(
          (long) rows * sequence,
          Curve.of(hidden, attention, speed::forward),
          Curve.of(hidden, ffn, speed::forward),
          Curve.of(hidden, attention, one -> speed.training(one, own.ffn())),
          Curve.of(hidden, ffn, speed::training),
          Curve.of(hidden, attention, one -> speed.fit(one, batches - heldOut, heldOut)),
          Curve.of(hidden, ffn, one -> speed.fit(one, batches - heldOut, heldOut)),
          layerStep,
          speed.head());
    }
  }

  /** Forward through a layer. */
  double forward(Layer layer) {
    return attention.seconds(layer.attention()) + ffn.seconds(layer.ffn());
  }

  /** Forward through a layer of a child: as if each option were as frequent as any other. */
  double forward(LayerOptions options) {
    return attention.mean(options.attention()) + ffn.mean(options.ffn());
  }

  /** Training of a layer of a child, likewise. */
  double training(LayerOptions options) {
    return layerStep * forward(options) / forward(options.own());
  }
}
