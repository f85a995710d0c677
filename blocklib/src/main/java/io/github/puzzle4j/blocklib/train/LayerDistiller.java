package io.github.puzzle4j.blocklib.train;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.training.GradientCollector;
import io.github.puzzle4j.blocklib.arch.attention.AttentionVariant;
import io.github.puzzle4j.blocklib.arch.ffn.FfnVariant;
import io.github.puzzle4j.blocklib.checkpoint.Tensor;
import io.github.puzzle4j.blocklib.checkpoint.TensorType;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Trains the variants of one layer, each apart from the others (decoupled block-wise local
 * distillation): an attention variant in front of the teacher's FFN, an FFN variant behind the
 * teacher's attention. The loss is the normalised MSE between the outputs of the two blocks.
 *
 * <p>Of the batches the last {@code validationBatches} only measure.
 */
final class LayerDistiller implements AutoCloseable {

  /** Takes the weights of a variant as they are to be stored. */
  @FunctionalInterface
  interface WeightSink {
    void accept(String variant, List<Tensor> weights);
  }

  /** A subblock in its block: from the block's or the FFN's input to the block's output. */
  @FunctionalInterface
  private interface Pass {
    NDArray output(NDArray input, List<NDArray> weights, boolean training);
  }

  private final NDManager scope;
  private final BlockRunner runner;
  private final Distillation distillation;
  private final TensorType stored;
  private final int layer;
  private final BlockWeights teacher;
  private final int validationBatches;
  private final InitialVariants starts;
  private final List<NDArray> inputs;
  private final List<NDArray> middles = new ArrayList<>();
  private final List<NDArray> outputs = new ArrayList<>();

  LayerDistiller(
      NDManager parent,
      BlockRunner runner,
      Distillation distillation,
      TensorType stored,
      int layer,
      BlockWeights teacher,
      List<NDArray> inputs,
      int validationBatches) {
    if (validationBatches < 1 || validationBatches >= inputs.size()) {
      throw new IllegalArgumentException(
          "%d of %d batches to validate on; at least one, and one to train on"
              .formatted(validationBatches, inputs.size()));
    }
    this.scope = parent.newSubManager();
    this.runner = runner;
    this.distillation = distillation;
    this.stored = stored;
    this.layer = layer;
    this.teacher = teacher;
    this.validationBatches = validationBatches;
    this.starts = new InitialVariants(runner.config());
    this.inputs = inputs;
    for (NDArray input : inputs) {
      NDArray alias = NativeTensors.alias(scope, input);
      NDArray middle =
          runner.attention(teacher.variant().attention(), alias, teacher.attention(), false);
      NDArray output = runner.ffn(teacher.variant().ffn(), middle, teacher.ffn(), false);
      middles.add(middle);
      outputs.add(output);
    }
  }

  /** Channels of the teacher's FFN from the largest contribution on these batches down. */
  long[] channelOrder() {
    try (NDManager inner = scope.newSubManager()) {
      NDArray total = inner.zeros(teacher.ffn().get(1).getShape().slice(0, 1));
      for (NDArray middle : middles) {
        NDArray alias = NativeTensors.alias(inner, middle);
        total.addi(runner.channelContribution(alias, teacher.ffn()));
      }
      return total.argSort(0, false).toLongArray();
    }
  }

  /** Trains an attention variant; the weights that are better on validation go to the sink. */
  VariantStatistics attention(AttentionVariant variant, WeightSink sink) {
    Pass pass =
        (input, weights, training) ->
            runner.ffn(
                teacher.variant().ffn(),
                runner.attention(variant, input, weights, training),
                teacher.ffn(),
                training);
    try (NDManager inner = scope.newSubManager()) {
      List<NDArray> initial = starts.attention(inner, variant, teacher.attention());
      return train(SubblockKind.ATTENTION, variant.id(), initial, inputs, pass, sink);
    }
  }

  /** Trains an FFN variant; the weights that are better on validation go to the sink. */
  VariantStatistics ffn(FfnVariant variant, long[] channelOrder, WeightSink sink) {
    Pass pass = (input, weights, training) -> runner.ffn(variant, input, weights, training);
    try (NDManager inner = scope.newSubManager()) {
      List<NDArray> initial = starts.ffn(inner, variant, teacher.ffn(), channelOrder);
      return train(SubblockKind.FFN, variant.id(), initial, middles, pass, sink);
    }
  }

  private VariantStatistics train(
      SubblockKind kind,
      String variant,
      List<NDArray> weights,
      List<NDArray> from,
      Pass pass,
      WeightSink sink) {
    List<Tensor> initial = toStored(weights);
    double before = validationLoss(initial, from, pass);
    if (weights.isEmpty()) {
      return new VariantStatistics(layer, kind, variant, before, before, 0);
    }
    optimize(kind, variant, weights, from, pass);
    List<Tensor> trained = toStored(weights);
    double after = validationLoss(trained, from, pass);
    boolean better = after < before;
    sink.accept(variant, better ? trained : initial);
    return new VariantStatistics(
        layer, kind, variant, before, better ? after : before, distillation.rate().totalSteps());
  }

  private List<Tensor> toStored(List<NDArray> weights) {
    return weights.stream().map(array -> NativeTensors.store(array, stored)).toList();
  }

  private void optimize(
      SubblockKind kind, String variant, List<NDArray> weights, List<NDArray> from, Pass pass) {
    // The seed depends on what is trained and on nothing that ran before.
    long seed = distillation.seed() * 1_000_003L + layer * 31L + (kind.id() + variant).hashCode();
    SplittableRandom random = new SplittableRandom(seed);
    try (OptimizerState state = new OptimizerState(scope, weights)) {
      for (int step = 0; step < distillation.rate().totalSteps(); step++) {
        int batch = random.nextInt(from.size() - validationBatches);
        if (!step(state, weights, from.get(batch), outputs.get(batch), pass, step)) {
          return;
        }
      }
    }
  }

  /** One optimizer step; false if the loss is no number any more, and nothing was changed. */
  private boolean step(
      OptimizerState state,
      List<NDArray> weights,
      NDArray input,
      NDArray target,
      Pass pass,
      int step) {
    try (NDManager inner = scope.newSubManager();
        GradientCollector collector = Engine.getInstance().newGradientCollector()) {
      NDArray loss =
          blockLoss(pass.output(NativeTensors.alias(inner, input), weights, true), target, true);
      if (!Float.isFinite(loss.getFloat())) {
        return false;
      }
      collector.backward(loss);
    }
    runner
        .kernels()
        .adamw(
            state,
            distillation.rate().at(step),
            distillation.weightDecay(),
            distillation.gradientClip());
    return true;
  }

  /** Of the weights as a child will have them: rounded to the type in which they are stored. */
  private double validationLoss(List<Tensor> weights, List<NDArray> from, Pass pass) {
    double sum = 0;
    try (NDManager loaded = scope.newSubManager()) {
      List<NDArray> arrays =
          weights.stream().map(tensor -> NativeTensors.load(loaded, tensor)).toList();
      for (int batch = from.size() - validationBatches; batch < from.size(); batch++) {
        try (NDManager inner = loaded.newSubManager()) {
          NDArray alias = NativeTensors.alias(inner, from.get(batch));
          NDArray output = pass.output(alias, arrays, false);
          sum += blockLoss(output, outputs.get(batch), false).getFloat();
        }
      }
    }
    return sum / validationBatches;
  }

  private NDArray blockLoss(NDArray child, NDArray target, boolean training) {
    return runner.kernels().call("block_loss", training, child, List.of(target));
  }

  @Override
  public void close() {
    scope.close();
  }
}
