package io.github.puzzle4j.scoring.quality;

import io.github.puzzle4j.blocklib.arch.Child;
import io.github.puzzle4j.blocklib.arch.Model;
import io.github.puzzle4j.blocklib.arch.Replacement;
import io.github.puzzle4j.blocklib.arch.TensorNames;
import io.github.puzzle4j.blocklib.checkpoint.TensorSource;
import io.github.puzzle4j.blocklib.library.BlockLibrary;
import io.github.puzzle4j.blocklib.tensor.DeviceMemory;
import io.github.puzzle4j.blocklib.tensor.DeviceTensor;
import io.github.puzzle4j.blocklib.tensor.engine.OutOfDeviceMemoryException;
import io.github.puzzle4j.blocklib.train.BlockRunner;
import io.github.puzzle4j.blocklib.train.BlockWeights;
import io.github.puzzle4j.blocklib.train.LanguageHead;
import io.github.puzzle4j.blocklib.train.TokenBatch;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * Measures whole children with weights from a library, many at a time. All children pass through a
 * layer before any enters the next one: each replacement is loaded once per layer, and what
 * children have in common at their beginning is computed once.
 */
public final class ChildScorer implements AutoCloseable {

  private final Model teacher;
  private final BlockRunner runner;
  private final DeviceMemory memory;
  private final LanguageHead head;
  private final DeviceTensor embedding;
  private final HalfBlocks weights;
  private final List<Metric> metrics;
  private final long stateBytes;
  private long effort;

  /** Batches whose states are on the device at a time; halved where it runs out of memory. */
  private int mostTogether = Integer.MAX_VALUE;

  /**
   * A scorer of children.
   *
   * @param tensors the teacher's, by Hugging Face names
   * @param metrics what is measured
   * @param memoryBytes for weights and for hidden states, half each; the least that is needed for
   *     one batch is used in any case
   */
  public ChildScorer(
      DeviceMemory parent,
      Model teacher,
      TensorSource tensors,
      BlockRunner runner,
      BlockLibrary library,
      List<Metric> metrics,
      long memoryBytes)
      throws IOException {
    this.teacher = teacher;
    this.runner = runner;
    this.metrics = List.copyOf(metrics);
    this.stateBytes = memoryBytes / 2;
    this.memory = parent.newScope();
    boolean opened = false;
    try {
      this.head = LanguageHead.load(memory, runner, tensors);
      this.embedding = memory.load(tensors.tensor(TensorNames.EMBEDDING));
      this.weights = new HalfBlocks(memory, library, memoryBytes / 2);
      opened = true;
    } finally {
      if (!opened) {
        memory.close();
      }
    }
  }

  /** Tokens that went forward through a layer so far, each as often as it did. */
  public long effort() {
    return effort;
  }

  /**
   * Measures children against the teacher.
   *
   * @param batches all of them are used for every child
   * @return in the order of the children
   * @throws IOException if the library lacks a replacement
   */
  public List<ChildScore> score(List<Child> children, List<TokenBatch> batches) throws IOException {
    if (children.isEmpty()) {
      return List.of();
    }
    Child own = Child.unchanged(teacher);
    Set<Child> running = new LinkedHashSet<>(List.of(own));
    running.addAll(children);
    Map<Child, Tally> tallies = new LinkedHashMap<>();
    children.forEach(child -> tallies.put(child, new Tally(metrics)));
    int from = 0;
    while (from < batches.size()) {
      int fitting = together(running.size(), batches.subList(from, batches.size()));
      int to = from + Math.min(fitting, mostTogether);
      List<TokenBatch> part = batches.subList(from, to);
      try (DeviceMemory scope = memory.newScope()) {
        add(compared(own, new Walk(scope, part).through(running), part, tallies), tallies);
        from = to;
      } catch (OutOfDeviceMemoryException e) {
        if (to - from == 1) {
          throw e;
        }
        mostTogether = (to - from) / 2;
      }
    }
    return children.stream().map(child -> of(tallies, child).score(child)).toList();
  }

  /** Number of batches, from the first one on, whose hidden states fit for all; at least one. */
  private int together(int models, List<TokenBatch> batches) {
    long left = stateBytes;
    int count = 0;
    for (TokenBatch batch : batches) {
      // Those that enter a layer and those that leave it.
      left -= 2L * models * batch.rows() * batch.tokens() * teacher.hiddenSize() * Float.BYTES;
      if (left < 0 && count > 0) {
        break;
      }
      count++;
    }
    return count;
  }

  /** What is measured on each batch, of each child. */
  private List<List<PredictionMetrics>> compared(
      Child own,
      Map<Child, List<DeviceTensor>> hidden,
      List<TokenBatch> batches,
      Map<Child, Tally> tallies) {
    List<Child> scored = List.copyOf(tallies.keySet());
    List<List<PredictionMetrics>> measured = new ArrayList<>();
    for (int batch = 0; batch < batches.size(); batch++) {
      int index = batch;
      List<DeviceTensor> models =
          scored.stream().map(child -> of(hidden, child).get(index)).toList();
      measured.add(
          PredictionMetrics.of(
              head, models, head, of(hidden, own).get(index), batches.get(batch), metrics));
    }
    return measured;
  }

  private static void add(List<List<PredictionMetrics>> measured, Map<Child, Tally> tallies) {
    List<Child> scored = List.copyOf(tallies.keySet());
    for (List<PredictionMetrics> batch : measured) {
      for (int i = 0; i < scored.size(); i++) {
        of(tallies, scored.get(i)).add(batch.get(i));
      }
    }
  }

  private static <K, V> V of(Map<K, V> values, K key) {
    return Objects.requireNonNull(values.get(key), "no value");
  }

  /** Children that are equal so far, and the hidden states of each batch before a layer. */
  private record Prefix(
      List<Child> children,
      int depth,
      int nextLayer,
      DeviceMemory owner,
      List<DeviceTensor> states) {

    Replacement next(Child child) {
      return child.replacements().get(depth);
    }
  }

  /** Some batches on their way through all children. */
  private final class Walk {

    private final DeviceMemory scope;
    private final List<TokenBatch> batches;

    Walk(DeviceMemory scope, List<TokenBatch> batches) {
      this.scope = scope;
      this.batches = batches;
    }

    Map<Child, List<DeviceTensor>> through(Collection<Child> children) throws IOException {
      List<Prefix> reached = new ArrayList<>(List.of(beginning(children)));
      for (int layer = 0; layer < teacher.layers().size(); layer++) {
        reached = pass(reached, layer);
      }
      Map<Child, List<DeviceTensor>> ends = new LinkedHashMap<>();
      for (Prefix end : reached) {
        end.children().forEach(child -> ends.put(child, end.states()));
      }
      return ends;
    }

    private Prefix beginning(Collection<Child> children) {
      DeviceMemory owner = scope.newScope();
      List<DeviceTensor> states = new ArrayList<>();
      for (TokenBatch batch : batches) {
        try (DeviceMemory inner = scope.newScope()) {
          DeviceTensor hidden = runner.embed(batch.ids(inner), embedding);
          hidden.attach(owner);
          states.add(hidden);
        }
      }
      return new Prefix(List.copyOf(children), 0, 0, owner, states);
    }

    private List<Prefix> pass(List<Prefix> reached, int layer) throws IOException {
      List<Prefix> left = new ArrayList<>();
      Map<Replacement, List<Prefix>> next = new LinkedHashMap<>();
      for (Prefix prefix : reached) {
        if (prefix.nextLayer() > layer) {
          left.add(prefix);
        } else {
          split(prefix)
              .forEach((replacement, part) ->
                  next.computeIfAbsent(replacement, r -> new ArrayList<>()).add(part));
        }
      }
      for (Map.Entry<Replacement, List<Prefix>> entry : next.entrySet()) {
        List<BlockWeights> loaded = weights.of(entry.getKey());
        for (Prefix prefix : entry.getValue()) {
          left.add(behind(prefix, entry.getKey(), loaded));
        }
      }
      reached.stream()
          .filter(prefix -> prefix.nextLayer() <= layer)
          .forEach(prefix -> prefix.owner().close());
      return left;
    }

    private Map<Replacement, Prefix> split(Prefix prefix) {
      Map<Replacement, List<Child>> groups = new LinkedHashMap<>();
      for (Child child : prefix.children()) {
        groups.computeIfAbsent(prefix.next(child), r -> new ArrayList<>()).add(child);
      }
      Map<Replacement, Prefix> parts = new LinkedHashMap<>();
      groups.forEach((replacement, group) ->
          parts.put(
              replacement,
              new Prefix(
                  group, prefix.depth(), prefix.nextLayer(), prefix.owner(), prefix.states())));
      return parts;
    }

    private Prefix behind(Prefix prefix, Replacement replacement, List<BlockWeights> loaded) {
      DeviceMemory owner = scope.newScope();
      List<DeviceTensor> states = new ArrayList<>();
      for (DeviceTensor state : prefix.states()) {
        try (DeviceMemory inner = scope.newScope()) {
          DeviceTensor hidden = state.alias(inner);
          for (BlockWeights one : loaded) {
            hidden = runner.block(one, hidden);
          }
          hidden.attach(owner);
          states.add(hidden);
        }
        effort += state.size(0) * state.size(1) * replacement.instead().size();
      }
      return new Prefix(
          prefix.children(), prefix.depth() + 1, replacement.span().last() + 1, owner, states);
    }
  }

  /** Measurements of a child so far. */
  private static final class Tally {

    private final Map<Metric, List<Score.Part>> parts = new EnumMap<>(Metric.class);

    Tally(List<Metric> metrics) {
      metrics.forEach(metric -> parts.put(metric, new ArrayList<>()));
    }

    void add(PredictionMetrics measured) {
      measured.parts().forEach((metric, more) -> of(parts, metric).addAll(more));
    }

    ChildScore score(Child child) {
      return new ChildScore(child, parts);
    }
  }

  @Override
  public void close() {
    memory.close();
  }
}
