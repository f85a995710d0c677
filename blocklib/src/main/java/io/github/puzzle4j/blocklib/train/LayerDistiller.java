package io.github.puzzle4j.blocklib.train;

import io.github.puzzle4j.blocklib.arch.BlockVariant;
import io.github.puzzle4j.blocklib.arch.SearchSpace;
import io.github.puzzle4j.blocklib.arch.attention.AttentionVariant;
import io.github.puzzle4j.blocklib.arch.ffn.FfnVariant;
import io.github.puzzle4j.blocklib.checkpoint.TensorNames;
import io.github.puzzle4j.blocklib.checkpoint.TensorType;
import io.github.puzzle4j.blocklib.tensor.DeviceMemory;
import io.github.puzzle4j.blocklib.tensor.DeviceTensor;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Trains the variants of one layer: an attention variant in front of the teacher's FFN, an FFN
 * variant behind the teacher's attention, and where pairs are wanted then both together.
 *
 * <p>Of the batches the last {@code validationBatches} only measure.
 */
final class LayerDistiller {

  private static final long[] NO_CHANNELS = {};

  private final BlockRunner runner;
  private final Distillation distillation;
  private final TeacherLayer layer;
  private final LayerParts parts;
  private final PartWeights weights;
  private final VariantTrainer trainer;
  private final InitialVariants starts;
  private final BlockDistiller.Listener listener;

  LayerDistiller(
      BlockRunner runner,
      Distillation distillation,
      TensorType stored,
      TeacherLayer layer,
      int validationBatches,
      LayerParts parts,
      PartWeights weights,
      BlockDistiller.Listener listener)
      throws IOException {
    int batches = layer.inputs().batches();
    if (validationBatches < 1 || validationBatches >= batches) {
      throw new IllegalArgumentException(
          "%d of %d batches to validate on; at least one, and one to train on"
              .formatted(validationBatches, batches));
    }
    this.runner = runner;
    this.distillation = distillation;
    this.layer = layer;
    this.parts = parts;
    this.weights = weights;
    this.listener = listener;
    this.starts = new InitialVariants(runner.config(), layer.weights().variant());
    this.trainer =
        new VariantTrainer(
            layer.scope(),
            runner,
            distillation,
            stored,
            layer.index(),
            layer.outputs(),
            validationBatches,
            listener::lost);
  }

  /** Trains all variants that have no part yet; the statistics of all of them, in order. */
  List<VariantStatistics> distill(SearchSpace space) throws IOException {
    List<VariantStatistics> statistics = new ArrayList<>();
    List<AttentionVariant> attention = space.otherAttention();
    for (List<AttentionVariant> together : groups(attention, AttentionVariant.GroupedQuery.class)) {
      statistics.addAll(run(attention(together)));
    }
    List<FfnVariant> ffn = space.otherFfn();
    if (!ffn.isEmpty()) {
      long[] order =
          hasChannels() ? weights.channelOrder(() -> channelOrder(runner, layer)) : NO_CHANNELS;
      for (List<FfnVariant> together : groups(ffn, FfnVariant.Pruned.class)) {
        statistics.addAll(run(ffn(together, order)));
      }
    }
    if (distillation.pairing() == Distillation.Pairing.COUPLED) {
      for (AttentionVariant front : attention) {
        for (FfnVariant behind : ffn) {
          statistics.addAll(run(pair(new BlockVariant(front, behind))));
        }
      }
    }
    return statistics;
  }

  private boolean hasChannels() {
    return layer.weights().variant().ffn().channels(runner.config()) > 0;
  }

  /** Which variants are trained as one: those of a kind where the form is elastic. */
  private <V> List<List<V>> groups(List<V> variants, Class<? extends V> elastic) {
    List<V> together =
        distillation.form() == Distillation.Form.ELASTIC
            ? variants.stream().filter(elastic::isInstance).toList()
            : List.of();
    List<List<V>> groups = new ArrayList<>();
    for (V variant : variants) {
      if (!together.contains(variant)) {
        groups.add(List.of(variant));
      } else if (variant.equals(together.getFirst())) {
        groups.add(together);
      }
    }
    return groups;
  }

  private List<VariantStatistics> run(Training training) throws IOException {
    Optional<List<VariantStatistics>> ended = parts.find(training.kind(), training.name());
    if (ended.isPresent()) {
      ended.get().forEach(listener::trained);
      return ended.get();
    }
    List<VariantStatistics> statistics = new ArrayList<>();
    trainer.train(
        training,
        parts.stateFile(training.kind(), training.name()),
        (results, parameters) -> {
          for (VariantTrainer.Result result : results) {
            statistics.add(
                new VariantStatistics(
                    layer.index(),
                    training.kind(),
                    result.view().variant(),
                    result.before(),
                    result.improved() ? result.after() : result.before(),
                    result.steps()));
          }
          weights.write(layer.scope(), training, results, parameters, statistics);
        });
    statistics.forEach(listener::trained);
    return statistics;
  }

  /** Channels of a teacher's FFN from the largest contribution on all batches down. */
  static long[] channelOrder(BlockRunner runner, TeacherLayer layer) throws IOException {
    try (DeviceMemory inner = layer.scope().newScope()) {
      List<DeviceTensor> ffn = layer.weights().ffn();
      DeviceTensor total = inner.zeros(ffn.get(1).size(0));
      for (int batch = 0; batch < layer.middles().batches(); batch++) {
        try (DeviceMemory one = inner.newScope()) {
          DeviceTensor contribution =
              runner.channelContribution(
                  layer.weights().variant().ffn(), layer.middles().batch(one, batch), ffn);
          // A batch that the teacher itself cannot compute says nothing about channels.
          if (Float.isFinite(contribution.sum().toFloat())) {
            total.addInPlace(contribution);
          }
        }
      }
      return total.argSortDescending().toLongs();
    }
  }

  private Training attention(List<AttentionVariant> variants) {
    List<DeviceTensor> teacher = layer.weights().attention();
    if (variants.size() == 1) {
      AttentionVariant variant = variants.getFirst();
      return new Training(
          SubblockKind.ATTENTION,
          variant.id(),
          scope -> starts.attention(scope, variant, teacher),
          List.of(Training.View.whole(variant.id(), attentionPass(variant))),
          layer.inputs());
    }
    return new Training(
        SubblockKind.ATTENTION,
        StoredLayer.ELASTIC,
        scope -> starts.attention(scope, layer.weights().variant().attention(), teacher),
        variants.stream()
            .map(variant ->
                new Training.View(
                    variant.id(),
                    (scope, shared) -> starts.attention(scope, variant, shared),
                    attentionPass(variant)))
            .toList(),
        layer.inputs());
  }

  private Training.Pass attentionPass(AttentionVariant variant) {
    FfnVariant behind = layer.weights().variant().ffn();
    return (input, own, training) ->
        runner.ffn(
            behind,
            runner.attention(variant, input, own, training),
            layer.weights().ffn(),
            training);
  }

  private Training ffn(List<FfnVariant> variants, long[] order) throws IOException {
    List<DeviceTensor> teacher = layer.weights().ffn();
    if (variants.size() == 1) {
      FfnVariant variant = variants.getFirst();
      return new Training(
          SubblockKind.FFN,
          variant.id(),
          scope -> starts.ffn(scope, variant, teacher, order),
          List.of(Training.View.whole(variant.id(), ffnPass(variant))),
          layer.middles());
    }
    FfnVariant widest =
        Collections.max(
            variants, Comparator.comparingInt(variant -> variant.channels(runner.config())));
    return new Training(
        SubblockKind.FFN,
        StoredLayer.ELASTIC,
        scope -> starts.ffn(scope, widest, teacher, order),
        variants.stream()
            .map(variant ->
                new Training.View(
                    variant.id(),
                    (scope, shared) ->
                        ChannelSlices.prefix(
                            scope, runner.config(), shared, variant.channels(runner.config())),
                    ffnPass(variant)))
            .toList(),
        layer.middles());
  }

  private Training.Pass ffnPass(FfnVariant variant) {
    return (input, own, training) -> runner.ffn(variant, input, own, training);
  }

  /** Begins with what both were when they were trained apart. */
  private Training pair(BlockVariant pair) {
    int first = TensorNames.attention(runner.config(), pair.attention()).size();
    return new Training(
        SubblockKind.BLOCK,
        pair.id(),
        scope -> weights.load(scope, pair).all(),
        List.of(
            Training.View.whole(
                pair.id(),
                (input, both, training) ->
                    runner.ffn(
                        pair.ffn(),
                        runner.attention(pair.attention(), input, both.subList(0, first), training),
                        both.subList(first, both.size()),
                        training))),
        layer.inputs());
  }
}
