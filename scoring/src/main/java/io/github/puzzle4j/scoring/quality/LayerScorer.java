package io.github.puzzle4j.scoring.quality;

import io.github.puzzle4j.blocklib.arch.Architecture;
import io.github.puzzle4j.blocklib.arch.BlockVariant;
import io.github.puzzle4j.blocklib.arch.LayerSpaces;
import io.github.puzzle4j.blocklib.arch.SearchSpace;
import io.github.puzzle4j.blocklib.arch.attention.AttentionVariant;
import io.github.puzzle4j.blocklib.arch.ffn.FfnVariant;
import io.github.puzzle4j.blocklib.checkpoint.TensorSource;
import io.github.puzzle4j.blocklib.tensor.DeviceMemory;
import io.github.puzzle4j.blocklib.tensor.DeviceTensor;
import io.github.puzzle4j.blocklib.train.BlockLibrary;
import io.github.puzzle4j.blocklib.train.BlockRunner;
import io.github.puzzle4j.blocklib.train.BlockWeights;
import io.github.puzzle4j.blocklib.train.LanguageHead;
import io.github.puzzle4j.blocklib.train.TeacherLayer;
import io.github.puzzle4j.blocklib.train.TokenBatch;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Scores all variants of one layer, some batches at a time. */
final class LayerScorer {

  /** Hidden states on their way through the teacher, a variant's in one batch. */
  private static final class Traveller implements AutoCloseable {

    private DeviceMemory owner;
    private DeviceTensor hidden;

    Traveller(DeviceMemory owner, DeviceTensor hidden) {
      this.owner = owner;
      this.hidden = hidden;
    }

    @Override
    public void close() {
      owner.close();
    }
  }

  private final LayerSpaces spaces;
  private final Architecture teacher;
  private final TensorSource tensors;
  private final BlockRunner runner;
  private final BlockLibrary library;
  private final LayerCache cache;
  private final LanguageHead head;
  private final List<TokenBatch> batches;
  private final long memoryBytes;

  LayerScorer(
      LayerSpaces spaces,
      Architecture teacher,
      TensorSource tensors,
      BlockRunner runner,
      BlockLibrary library,
      LayerCache cache,
      LanguageHead head,
      List<TokenBatch> batches,
      long memoryBytes) {
    this.spaces = spaces;
    this.teacher = teacher;
    this.tensors = tensors;
    this.runner = runner;
    this.library = library;
    this.cache = cache;
    this.head = head;
    this.batches = List.copyOf(batches);
    this.memoryBytes = memoryBytes;
  }

  /** The scores of all variants, in the order of the space. */
  List<VariantScore> score(TeacherLayer layer) throws IOException {
    SearchSpace space = spaces.layer(layer.index());
    Tally tally = new Tally();
    int from = 0;
    while (from < batches.size()) {
      int to = from + together(space, from);
      try (DeviceMemory scope = layer.scope().newScope()) {
        scoreBatches(scope, space, layer, from, to, tally);
      }
      from = to;
    }
    return space.blocks().stream().map(variant -> tally.score(layer.index(), variant)).toList();
  }

  /** Batches from this one on whose hidden states fit for all variants; at least one. */
  private int together(SearchSpace space, int from) {
    long variants = (long) space.blocks().size() + space.attention().size();
    long left = memoryBytes;
    int count = 0;
    for (TokenBatch batch : batches.subList(from, batches.size())) {
      left -= variants * batch.rows() * batch.tokens() * runner.config().hiddenSize() * Float.BYTES;
      if (left < 0 && count > 0) {
        break;
      }
      count++;
    }
    return count;
  }

  private void scoreBatches(
      DeviceMemory scope, SearchSpace space, TeacherLayer layer, int from, int to, Tally tally)
      throws IOException {
    Map<BlockVariant, List<Traveller>> travellers = replaced(scope, space, layer, from, to);
    for (int next = layer.index() + 1; next < cache.layers(); next++) {
      cache.use(next, weights -> advance(scope, weights, travellers));
    }
    for (int batch = from; batch < to; batch++) {
      int index = batch - from;
      DeviceTensor teachers = of(travellers, space.own()).get(index).hidden;
      List<BlockVariant> variants = space.blocks();
      List<DeviceTensor> models =
          variants.stream().map(variant -> of(travellers, variant).get(index).hidden).toList();
      List<PredictionMetrics> metrics =
          PredictionMetrics.withoutRanks(head, batches.get(batch), models, teachers);
      for (int i = 0; i < variants.size(); i++) {
        tally.add(variants.get(i), metrics.get(i));
      }
    }
  }

  private void advance(
      DeviceMemory scope, BlockWeights weights, Map<BlockVariant, List<Traveller>> travellers) {
    for (List<Traveller> one : travellers.values()) {
      for (Traveller traveller : one) {
        try (DeviceMemory inner = scope.newScope()) {
          DeviceTensor left = runner.block(weights, traveller.hidden.alias(inner), false);
          DeviceMemory owner = scope.newScope();
          left.attach(owner);
          traveller.close();
          traveller.owner = owner;
          traveller.hidden = left;
        }
      }
    }
  }

  /** What leaves the layer with each variant in its place; each variant is loaded once. */
  private Map<BlockVariant, List<Traveller>> replaced(
      DeviceMemory scope, SearchSpace space, TeacherLayer layer, int from, int to)
      throws IOException {
    Map<BlockVariant, List<Traveller>> travellers = new HashMap<>();
    try (DeviceMemory inner = scope.newScope()) {
      Map<AttentionVariant, List<DeviceTensor>> middles = new HashMap<>();
      for (AttentionVariant attention : space.attention()) {
        try (DeviceMemory loaded = inner.newScope()) {
          BlockVariant alone = new BlockVariant(attention, new FfnVariant.NoOp());
          middles.put(attention, through(inner, layer, from, to, load(loaded, layer, alone)));
        }
      }
      for (FfnVariant ffn : space.ffn()) {
        try (DeviceMemory loaded = inner.newScope()) {
          BlockVariant alone = new BlockVariant(new AttentionVariant.NoOp(), ffn);
          BlockWeights weights = load(loaded, layer, alone);
          for (AttentionVariant attention : space.attention()) {
            BlockVariant both = new BlockVariant(attention, ffn);
            travellers.put(
                both,
                library.isPair(teacher, layer.index(), both)
                    ? pair(scope, layer, from, to, both)
                    : behind(scope, of(middles, attention), weights));
          }
        }
      }
    }
    return travellers;
  }

  private BlockWeights load(DeviceMemory scope, TeacherLayer layer, BlockVariant variant)
      throws IOException {
    return library.load(scope, tensors, teacher, layer.index(), variant);
  }

  private List<DeviceTensor> through(
      DeviceMemory owner, TeacherLayer layer, int from, int to, BlockWeights weights) {
    List<DeviceTensor> results = new ArrayList<>();
    for (int batch = from; batch < to; batch++) {
      try (DeviceMemory inner = owner.newScope()) {
        DeviceTensor result = runner.block(weights, layer.inputs().batch(inner, batch), false);
        result.attach(owner);
        results.add(result);
      }
    }
    return results;
  }

  private List<Traveller> pair(
      DeviceMemory scope, TeacherLayer layer, int from, int to, BlockVariant pair)
      throws IOException {
    List<Traveller> travellers = new ArrayList<>();
    try (DeviceMemory loaded = scope.newScope()) {
      BlockWeights weights = load(loaded, layer, pair);
      for (int batch = from; batch < to; batch++) {
        DeviceMemory owner = scope.newScope();
        DeviceTensor left = through(owner, layer, batch, batch + 1, weights).getFirst();
        travellers.add(new Traveller(owner, left));
      }
    }
    return travellers;
  }

  private List<Traveller> behind(
      DeviceMemory scope, List<DeviceTensor> middles, BlockWeights weights) {
    List<Traveller> travellers = new ArrayList<>();
    for (DeviceTensor middle : middles) {
      try (DeviceMemory inner = scope.newScope()) {
        DeviceMemory owner = scope.newScope();
        DeviceTensor left = runner.block(weights, middle.alias(inner), false);
        left.attach(owner);
        travellers.add(new Traveller(owner, left));
      }
    }
    return travellers;
  }

  private static <K, V> V of(Map<K, V> values, K key) {
    return Objects.requireNonNull(values.get(key), "no value for a variant of the space");
  }

  /** What has been measured so far, by variant. */
  private static final class Tally {

    private final Map<BlockVariant, List<Score.Part>> divergence = new HashMap<>();
    private final Map<BlockVariant, List<Score.Part>> loss = new HashMap<>();

    void add(BlockVariant variant, PredictionMetrics metrics) {
      divergence.computeIfAbsent(variant, v -> new ArrayList<>()).addAll(metrics.divergence());
      loss.computeIfAbsent(variant, v -> new ArrayList<>()).addAll(metrics.loss());
    }

    VariantScore score(int layer, BlockVariant variant) {
      return new VariantScore(
          layer, variant.id(), Score.of(of(divergence, variant)), Score.of(of(loss, variant)));
    }
  }
}
