package io.github.puzzle4j.blocklib.library;

import io.github.puzzle4j.blocklib.arch.Attention;
import io.github.puzzle4j.blocklib.arch.Ffn;
import io.github.puzzle4j.blocklib.arch.Layer;
import io.github.puzzle4j.blocklib.arch.Replacement;
import io.github.puzzle4j.blocklib.arch.Subblock;
import io.github.puzzle4j.blocklib.subblock.Origin;
import io.github.puzzle4j.blocklib.subblock.SubblockTensors;
import io.github.puzzle4j.blocklib.task.StoredResult;
import io.github.puzzle4j.blocklib.tensor.DeviceMemory;
import io.github.puzzle4j.blocklib.tensor.DeviceTensor;
import io.github.puzzle4j.blocklib.train.BlockRunner;
import io.github.puzzle4j.blocklib.train.BlockWeights;
import io.github.puzzle4j.blocklib.train.BoundaryActivations;
import io.github.puzzle4j.blocklib.train.OutputFit;
import io.github.puzzle4j.blocklib.train.TeacherLayer;
import io.github.puzzle4j.blocklib.train.Training;
import io.github.puzzle4j.blocklib.train.VariantTrainer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;

/**
 * Runs the trainings whose span ends at one layer: an attention variant before the teacher's FFN,
 * an FFN variant after the teacher's attention, pairs of both if coupled, and replacements of
 * several layers.
 */
final class LayerDistiller {

  private static final List<Long> NOT_RANKED = List.of();

  private final BlockLibrary library;
  private final BlockRunner runner;
  private final TeacherLayer layer;
  private final SpanInputs spans;
  private final BlockDistiller.Listener listener;
  private final Layer own;
  private final LayerFits fits;

  LayerDistiller(
      BlockLibrary library,
      BlockRunner runner,
      TeacherLayer layer,
      SpanInputs spans,
      BlockDistiller.Listener listener) {
    int validation = library.plan().inputs().validationBatches();
    if (validation < 1 || validation >= layer.inputs().batches()) {
      throw new IllegalArgumentException(
          "%d of %d batches to validate on; at least one, and one to train on"
              .formatted(validation, layer.inputs().batches()));
    }
    this.library = library;
    this.runner = runner;
    this.layer = layer;
    this.spans = spans;
    this.listener = listener;
    this.own = layer.weights().layer();
    this.fits = new LayerFits(runner, layer, hidden(), library.plan().inputs().fit());
  }

  /** Runs those of these trainings that have no result yet. */
  void distill(Set<Train> asked) throws IOException {
    if (trainsFfn(asked)) {
      // Before any outputs, which exact middles spare a second pass through the attention.
      layer.middles();
    }
    Optional<RankChannels> ranking = library.plan().ranking(layer.index());
    for (Train train : library.plan().trainings(layer.index())) {
      if (!asked.contains(train)) {
        continue;
      }
      if (ranking.isPresent() && train.part() != TrainedPart.ATTENTION) {
        rank(ranking.get());
      }
      Optional<List<TrainingStatistics>> ended = library.statistics(train);
      List<TrainingStatistics> statistics = ended.isPresent() ? ended.get() : run(train);
      statistics.forEach(listener::trained);
    }
  }

  private boolean trainsFfn(Set<Train> asked) throws IOException {
    for (Train train : library.plan().trainings(layer.index())) {
      if (asked.contains(train)
          && train.part() == TrainedPart.FFN
          && library.statistics(train).isEmpty()) {
        return true;
      }
    }
    return false;
  }

  private List<TrainingStatistics> run(Train train) throws IOException {
    TrainingResults results = new TrainingResults(library, train);
    Training training = training(train);
    new VariantTrainer(
            layer.scope(),
            library.plan().inputs().stored(),
            library.plan().inputs().validationBatches(),
            new TrainingEvents(library.store(), listener::lost))
        .train(
            training,
            train.settings(),
            library.store().stateFile(train),
            (views, parameters) -> results.write(layer.scope(), training, views, parameters));
    return results.statistics();
  }

  private Training training(Train train) throws IOException {
    return switch (train.part()) {
      case ATTENTION -> attention(train);
      case FFN -> ffn(train);
      case BLOCK -> block(train);
    };
  }

  private Training training(
      Train train,
      Training.Start start,
      List<OutputFit> fits,
      List<Training.View> views,
      BoundaryActivations from)
      throws IOException {
    String name = "%s, %s %s".formatted(train.span(), train.part().id(), train.name());
    return new Training(name, train.seed(), start, fits, views, from, layer.outputs());
  }

  private Training attention(Train train) throws IOException {
    Origin origin = origin(own.attention(), layer.weights().attention(), NOT_RANKED);
    if (!train.isShared()) {
      Attention attention = train.replacements().getFirst().instead().getFirst().attention();
      return training(
          train,
          scope -> SubblockTensors.of(attention).initial(scope, origin),
          fits.attention(attention),
          List.of(Training.View.whole(pass(attention))),
          layer.inputs());
    }
    return training(
        train,
        scope -> SubblockTensors.of(own.attention()).initial(scope, origin),
        List.of(),
        train.replacements().stream()
            .map(one -> one.instead().getFirst().attention())
            .map(attention ->
                new Training.View(
                    (scope, shared) ->
                        SubblockTensors.of(attention)
                            .cut(scope, origin(own.attention(), shared, NOT_RANKED)),
                    pass(attention)))
            .toList(),
        layer.inputs());
  }

  private Training.Pass pass(Attention attention) {
    return (input, weights) ->
        runner.ffn(own.ffn(), runner.attention(attention, input, weights), layer.weights().ffn());
  }

  private Training ffn(Train train) throws IOException {
    Origin origin = origin(own.ffn(), layer.weights().ffn(), order());
    List<Ffn> variants =
        train.replacements().stream().map(one -> one.instead().getFirst().ffn()).toList();
    if (!train.isShared()) {
      Ffn ffn = variants.getFirst();
      return training(
          train,
          scope -> SubblockTensors.of(ffn).initial(scope, origin),
          fits.ffn(ffn),
          List.of(Training.View.whole(pass(ffn))),
          layer.middles());
    }
    Ffn widest = widest(variants);
    return training(
        train,
        scope -> SubblockTensors.of(widest).initial(scope, origin),
        List.of(),
        variants.stream()
            .map(ffn ->
                new Training.View(
                    (scope, shared) ->
                        SubblockTensors.of(ffn).cut(scope, origin(widest, shared, NOT_RANKED)),
                    pass(ffn)))
            .toList(),
        layer.middles());
  }

  static Ffn widest(List<Ffn> variants) {
    return Collections.max(variants, Comparator.comparingInt(Ffn::channelsPerToken));
  }

  private Training.Pass pass(Ffn ffn) {
    return (input, weights) -> runner.ffn(ffn, input, weights);
  }

  /**
   * Initialises a pair from its separately trained subblocks, a merged layer from the span's last.
   */
  private Training block(Train train) throws IOException {
    Replacement replacement = train.replacements().getFirst();
    BoundaryActivations from = spans.of(train.span(), layer);
    return training(
        train,
        scope -> initial(scope, replacement),
        fits.block(replacement, from),
        List.of(Training.View.whole(fits.pass(replacement))),
        from);
  }

  private SequencedMap<String, DeviceTensor> initial(DeviceMemory scope, Replacement replacement)
      throws IOException {
    if (replacement.span().length() == 1) {
      Layer pair = replacement.instead().getFirst();
      BlockWeights weights = library.loadApart(scope, layer.index(), pair);
      return BlockNames.prefixed(List.of(weights));
    }
    List<BlockWeights> layers = new ArrayList<>();
    for (Layer instead : replacement.instead()) {
      layers.add(merged(scope, instead));
    }
    return BlockNames.prefixed(layers);
  }

  /** Initial weights of a layer that replaces several: those of the span's last layer. */
  private BlockWeights merged(DeviceMemory scope, Layer instead) throws IOException {
    return new BlockWeights(
        instead,
        SubblockTensors.of(instead.attention())
            .initial(scope, origin(own.attention(), layer.weights().attention(), NOT_RANKED)),
        SubblockTensors.of(instead.ffn())
            .initial(scope, origin(own.ffn(), layer.weights().ffn(), order())));
  }

  private int hidden() {
    return library.plan().teacher().hiddenSize();
  }

  private Origin origin(Subblock subblock, Map<String, DeviceTensor> weights, List<Long> order) {
    return new Origin(subblock, weights, hidden(), order);
  }

  private List<Long> order() throws IOException {
    return library.plan().ranking(layer.index()).isPresent()
        ? Arrays.stream(library.channelOrder(layer.index())).boxed().toList()
        : NOT_RANKED;
  }

  private void rank(RankChannels task) throws IOException {
    Optional<StoredResult> known = library.store().find(task);
    if (known.isEmpty()) {
      library.store().write(task, RankChannels.Order.of(ranked()));
    }
  }

  /** Channels by descending contribution on all batches. */
  private long[] ranked() throws IOException {
    SequencedMap<String, DeviceTensor> weights = layer.weights().ffn();
    try (DeviceMemory inner = layer.scope().newScope()) {
      DeviceTensor total = inner.zeros(own.ffn().channelsPerToken());
      for (int batch = 0; batch < layer.middles().batches(); batch++) {
        try (DeviceMemory one = inner.newScope()) {
          DeviceTensor contribution =
              runner.channelContribution(own.ffn(), layer.middles().batch(one, batch), weights);
          // Batches on which the teacher itself gives NaN or infinity are ignored.
          if (Float.isFinite(contribution.sum().toFloat())) {
            total.addInPlace(contribution);
          }
        }
      }
      return total.argSortDescending().toLongs();
    }
  }
}
