package io.github.puzzle4j.scoring.quality;

import io.github.puzzle4j.blocklib.arch.Attention;
import io.github.puzzle4j.blocklib.arch.Ffn;
import io.github.puzzle4j.blocklib.arch.Layer;
import io.github.puzzle4j.blocklib.arch.Model;
import io.github.puzzle4j.blocklib.arch.NoAttention;
import io.github.puzzle4j.blocklib.arch.NoFfn;
import io.github.puzzle4j.blocklib.arch.Replacement;
import io.github.puzzle4j.blocklib.library.BlockLibrary;
import io.github.puzzle4j.blocklib.tensor.DeviceMemory;
import io.github.puzzle4j.blocklib.tensor.DeviceTensor;
import io.github.puzzle4j.blocklib.tensor.engine.OutOfDeviceMemoryException;
import io.github.puzzle4j.blocklib.train.BlockRunner;
import io.github.puzzle4j.blocklib.train.BlockWeights;
import io.github.puzzle4j.blocklib.train.LanguageHead;
import io.github.puzzle4j.blocklib.train.LayerCache;
import io.github.puzzle4j.blocklib.train.TeacherLayer;
import io.github.puzzle4j.blocklib.train.TokenBatch;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** Scores the replacements that begin at one layer, some batches at a time. */
final class LayerScorer {

  private final Model teacher;
  private final BlockRunner runner;
  private final BlockLibrary library;
  private final LayerCache cache;
  private final LanguageHead head;
  private final List<TokenBatch> batches;
  private final List<Metric> metrics;
  private final long memoryBytes;

  /** Batches whose states are on the device at a time; halved where it runs out of memory. */
  private int mostTogether = Integer.MAX_VALUE;

  LayerScorer(
      Model teacher,
      BlockRunner runner,
      BlockLibrary library,
      LayerCache cache,
      LanguageHead head,
      List<TokenBatch> batches,
      List<Metric> metrics,
      long memoryBytes) {
    this.teacher = teacher;
    this.runner = runner;
    this.library = library;
    this.cache = cache;
    this.head = head;
    this.batches = List.copyOf(batches);
    this.metrics = List.copyOf(metrics);
    this.memoryBytes = memoryBytes;
  }

  /** What is measured of these replacements, in their order. */
  List<MeasuredParts> score(TeacherLayer layer, List<Replacement> replacements) throws IOException {
    Replacement own = Replacement.of(layer.index(), teacher.layers().get(layer.index()));
    Set<Replacement> running = new LinkedHashSet<>(List.of(own));
    running.addAll(replacements);
    Map<Replacement, MeasuredParts> tallies = new LinkedHashMap<>();
    for (Replacement one : replacements) {
      tallies.put(one, new MeasuredParts(one, Map.of(), Effort.NONE));
    }
    int from = 0;
    while (from < batches.size()) {
      int to = from + Math.min(together(running, from), mostTogether);
      try (DeviceMemory scope = layer.scope().newScope()) {
        Map<Replacement, HiddenStates> states =
            new Batches(scope, layer, from, to).through(running);
        tallies = with(tallies, own, states, from, to);
        from = to;
      } catch (OutOfDeviceMemoryException e) {
        if (to - from == 1) {
          throw e;
        }
        mostTogether = (to - from) / 2;
      }
    }
    return List.copyOf(tallies.values());
  }

  /**
   * Number of batches, from this one on, whose hidden states fit for all replacements; at least
   * one.
   */
  private int together(Set<Replacement> replacements, int from) {
    long attentions =
        replacements.stream().map(one -> one.instead().getFirst().attention()).distinct().count();
    long copies = replacements.size() + attentions;
    long left = memoryBytes;
    int count = 0;
    for (TokenBatch batch : batches.subList(from, batches.size())) {
      left -= copies * batch.rows() * batch.tokens() * teacher.hiddenSize() * Float.BYTES;
      if (left < 0 && count > 0) {
        break;
      }
      count++;
    }
    return count;
  }

  /** Tallies with what is measured on some batches. */
  private Map<Replacement, MeasuredParts> with(
      Map<Replacement, MeasuredParts> tallies,
      Replacement own,
      Map<Replacement, HiddenStates> states,
      int from,
      int to)
      throws IOException {
    Map<Replacement, MeasuredParts> sums = new LinkedHashMap<>(tallies);
    for (int next = own.span().first() + 1; next < cache.layers(); next++) {
      int layer = next;
      cache.use(
          layer,
          weights ->
              states
                  .values()
                  .forEach(one -> one.advance(layer, hidden -> runner.block(weights, hidden))));
    }
    List<Replacement> scored = List.copyOf(tallies.keySet());
    for (int batch = from; batch < to; batch++) {
      int index = batch - from;
      DeviceTensor teachers = of(states, own).batch(index);
      List<DeviceTensor> models = scored.stream().map(one -> of(states, one).batch(index)).toList();
      List<PredictionMetrics> measured =
          PredictionMetrics.of(head, models, head, teachers, batches.get(batch), metrics);
      for (int i = 0; i < scored.size(); i++) {
        Replacement one = scored.get(i);
        long tokens = (long) batches.get(batch).rows() * batches.get(batch).tokens();
        Effort effort = Effort.of(one, cache.layers(), tokens);
        sums.put(one, of(sums, one).with(measured.get(i).parts(), effort));
      }
    }
    return sums;
  }

  private static <K, V> V of(Map<K, V> values, K key) {
    return Objects.requireNonNull(values.get(key), "no value for a replacement");
  }

  /** Some batches at one layer, and the outputs of the replacements that begin there. */
  private final class Batches {

    private final DeviceMemory scope;
    private final TeacherLayer layer;
    private final int from;
    private final int to;
    private final Map<Attention, List<DeviceTensor>> middles = new HashMap<>();

    Batches(DeviceMemory scope, TeacherLayer layer, int from, int to) {
      this.scope = scope;
      this.layer = layer;
      this.from = from;
      this.to = to;
    }

    /** Separately trained attention and FFN are computed once for all their pairs. */
    Map<Replacement, HiddenStates> through(Set<Replacement> replacements) throws IOException {
      Map<Replacement, HiddenStates> states = new LinkedHashMap<>();
      Map<Ffn, List<Replacement>> byFfn = new LinkedHashMap<>();
      for (Replacement one : replacements) {
        if (library.isComposed(one)) {
          byFfn.computeIfAbsent(one.instead().getFirst().ffn(), f -> new ArrayList<>()).add(one);
        } else {
          states.put(one, whole(one));
        }
      }
      try (DeviceMemory inner = scope.newScope()) {
        for (Map.Entry<Ffn, List<Replacement>> group : byFfn.entrySet()) {
          try (DeviceMemory loaded = inner.newScope()) {
            BlockWeights ffn = load(loaded, new Layer(new NoAttention(), group.getKey()));
            for (Replacement one : group.getValue()) {
              List<DeviceTensor> middle = middle(inner, one.instead().getFirst().attention());
              states.put(one, behind(one, middle, ffn));
            }
          }
        }
      }
      return states;
    }

    private BlockWeights load(DeviceMemory memory, Layer half) throws IOException {
      return library.loadApart(memory, layer.index(), half);
    }

    private List<DeviceTensor> middle(DeviceMemory inner, Attention attention) throws IOException {
      List<DeviceTensor> known = middles.get(attention);
      if (known == null) {
        try (DeviceMemory loaded = inner.newScope()) {
          BlockWeights weights = load(loaded, new Layer(attention, new NoFfn()));
          known = new ArrayList<>();
          for (int batch = from; batch < to; batch++) {
            known.add(through(inner, batch, List.of(weights)));
          }
        }
        middles.put(attention, known);
      }
      return known;
    }

    private HiddenStates behind(
        Replacement replacement, List<DeviceTensor> middle, BlockWeights ffn) {
      HiddenStates states = new HiddenStates(scope, replacement.span().last() + 1);
      for (DeviceTensor one : middle) {
        try (DeviceMemory inner = scope.newScope()) {
          states.add(runner.block(ffn, one.alias(inner)));
        }
      }
      return states;
    }

    private HiddenStates whole(Replacement replacement) throws IOException {
      HiddenStates states = new HiddenStates(scope, replacement.span().last() + 1);
      try (DeviceMemory loaded = scope.newScope()) {
        List<BlockWeights> weights = library.load(loaded, replacement);
        for (int batch = from; batch < to; batch++) {
          states.add(through(scope, batch, weights));
        }
      }
      return states;
    }

    private DeviceTensor through(DeviceMemory owner, int batch, List<BlockWeights> weights) {
      try (DeviceMemory inner = owner.newScope()) {
        DeviceTensor hidden = layer.inputs().batch(inner, batch);
        for (BlockWeights one : weights) {
          hidden = runner.block(one, hidden);
        }
        hidden.attach(owner);
        return hidden;
      }
    }
  }
}
