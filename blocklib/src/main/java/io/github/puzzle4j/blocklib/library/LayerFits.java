package io.github.puzzle4j.blocklib.library;

import io.github.puzzle4j.blocklib.arch.Attention;
import io.github.puzzle4j.blocklib.arch.Ffn;
import io.github.puzzle4j.blocklib.arch.Layer;
import io.github.puzzle4j.blocklib.arch.Replacement;
import io.github.puzzle4j.blocklib.tensor.DeviceTensor;
import io.github.puzzle4j.blocklib.train.BlockRunner;
import io.github.puzzle4j.blocklib.train.BlockWeights;
import io.github.puzzle4j.blocklib.train.BoundaryActivations;
import io.github.puzzle4j.blocklib.train.LastProduct;
import io.github.puzzle4j.blocklib.train.OutputFit;
import io.github.puzzle4j.blocklib.train.TeacherLayer;
import io.github.puzzle4j.blocklib.train.Training;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The passes of replacements that end at a layer of the teacher, and the fits of their outputs. */
final class LayerFits {

  private final BlockRunner runner;
  private final TeacherLayer layer;
  private final int hidden;
  private final Fit fit;

  LayerFits(BlockRunner runner, TeacherLayer layer, int hidden, Fit fit) {
    this.runner = runner;
    this.layer = layer;
    this.hidden = hidden;
    this.fit = fit;
  }

  /** Of an attention in place of the layer's, to what the layer's gives. */
  List<OutputFit> attention(Attention attention) throws IOException {
    Optional<String> matrix = fit.matrix(attention);
    return matrix.isEmpty()
        ? List.of()
        : List.of(
            new OutputFit(
                matrix.get(),
                (input, weights) -> runner.lastProduct(attention, input, weights),
                Fit.isFirst(attention),
                layer.inputs(),
                layer.middles()));
  }

  /** Of an FFN in place of the layer's, likewise. */
  List<OutputFit> ffn(Ffn ffn) throws IOException {
    Optional<String> matrix = fit.matrix(ffn);
    return matrix.isEmpty()
        ? List.of()
        : List.of(
            new OutputFit(
                matrix.get(),
                (input, weights) -> runner.lastProduct(ffn, input, weights),
                true,
                layer.middles(),
                layer.outputs()));
  }

  /**
   * Of layers, with weights named as in {@link BlockNames}: of the attention of a single one to
   * what the teacher's gives, and of the last FFN to the outputs of the teacher's layer.
   *
   * @param from what enters the first one
   */
  List<OutputFit> block(Replacement replacement, BoundaryActivations from) throws IOException {
    List<OutputFit> fits = new ArrayList<>();
    int last = replacement.instead().size() - 1;
    Layer instead = replacement.instead().get(last);
    Attention attention = instead.attention();
    Optional<String> mixing = fit.matrix(attention);
    if (mixing.isPresent() && replacement.span().length() == 1 && last == 0) {
      fits.add(
          new OutputFit(
              BlockNames.name(0, mixing.get()),
              (input, weights) ->
                  runner.lastProduct(attention, input, at(weights, 0, instead).attention()),
              Fit.isFirst(attention),
              from,
              layer.middles()));
    }
    Optional<String> down = fit.matrix(instead.ffn());
    if (down.isPresent()) {
      fits.add(
          new OutputFit(
              BlockNames.name(last, down.get()),
              (input, weights) -> lastProduct(replacement, input, weights),
              true,
              from,
              layer.outputs()));
    }
    return fits;
  }

  private LastProduct lastProduct(
      Replacement replacement, DeviceTensor input, Map<String, DeviceTensor> weights) {
    int last = replacement.instead().size() - 1;
    Layer instead = replacement.instead().get(last);
    BlockWeights own = at(weights, last, instead);
    DeviceTensor entering = through(replacement, last, input, weights);
    DeviceTensor middle = runner.attention(instead.attention(), entering, own.attention());
    return runner.lastProduct(instead.ffn(), middle, own.ffn());
  }

  /** All layers, with weights named as in {@link BlockNames}. */
  Training.Pass pass(Replacement replacement) {
    return (input, weights) -> through(replacement, replacement.instead().size(), input, weights);
  }

  private DeviceTensor through(
      Replacement replacement, int layers, DeviceTensor input, Map<String, DeviceTensor> weights) {
    DeviceTensor current = input;
    for (int position = 0; position < layers; position++) {
      Layer instead = replacement.instead().get(position);
      current = runner.block(at(weights, position, instead), current);
    }
    return current;
  }

  private BlockWeights at(Map<String, DeviceTensor> weights, int position, Layer instead) {
    return BlockNames.at(weights, position, instead, hidden);
  }
}
