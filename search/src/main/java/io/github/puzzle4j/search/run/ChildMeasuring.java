package io.github.puzzle4j.search.run;

import io.github.puzzle4j.blocklib.arch.Child;
import io.github.puzzle4j.blocklib.arch.Replacement;
import io.github.puzzle4j.blocklib.corpus.TokenSequence;
import io.github.puzzle4j.blocklib.library.BlockLibrary;
import io.github.puzzle4j.blocklib.task.StoredResult;
import io.github.puzzle4j.blocklib.train.TokenBatch;
import io.github.puzzle4j.scoring.quality.ChildScore;
import io.github.puzzle4j.scoring.quality.ChildScorer;
import io.github.puzzle4j.scoring.quality.MeasureChild;
import io.github.puzzle4j.scoring.quality.Metric;
import io.github.puzzle4j.scoring.quality.Score;
import io.github.puzzle4j.search.plan.SearchPlan;
import io.github.puzzle4j.search.rounds.ChildMeter;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Measures children of the library; stored results are reused. */
final class ChildMeasuring implements AutoCloseable {

  private final SearchPlan plan;
  private final Workspace workspace;
  private final BlockLibrary library;
  private final List<Metric> metrics;
  private @Nullable ChildScorer scorer;

  ChildMeasuring(SearchPlan plan, Workspace workspace, BlockLibrary library) {
    this.plan = plan;
    this.workspace = workspace;
    this.library = library;
    this.metrics = plan.score().metric().measured();
  }

  /** Measures on these sequences. */
  ChildMeter on(List<TokenSequence> sequences) {
    List<TokenBatch> batches = workspace.batches(sequences);
    String text = TokenBatch.digest(batches);
    return children -> measure(children, batches, text);
  }

  private List<ChildScore> measure(List<Child> children, List<TokenBatch> batches, String text)
      throws IOException {
    Map<Child, ChildScore> scores = new LinkedHashMap<>();
    Set<Child> missing = new LinkedHashSet<>();
    for (Child child : children) {
      Optional<ChildScore> stored =
          stored(child, text).filter(known -> known.metrics().keySet().containsAll(metrics));
      stored.ifPresent(score -> scores.put(child, score));
      if (stored.isEmpty()) {
        missing.add(child);
      }
    }
    if (!missing.isEmpty()) {
      for (ChildScore score : scorer().score(List.copyOf(missing), batches)) {
        store(score, text);
        scores.put(score.child(), score);
      }
    }
    return children.stream()
        .map(child -> Objects.requireNonNull(scores.get(child), "a measured child"))
        .toList();
  }

  private Optional<ChildScore> stored(Child child, String text) throws IOException {
    Optional<StoredResult> stored = workspace.store().find(task(child, text));
    return stored.isEmpty()
        ? Optional.empty()
        : Optional.of(stored.get().value(MeasureChild.Result.class).of(child));
  }

  /** Stores a score beside the metrics that another plan minimises. */
  private void store(ChildScore score, String text) throws IOException {
    Map<Metric, List<Score.Part>> all = new EnumMap<>(score.metrics());
    stored(score.child(), text).ifPresent(known -> known.metrics().forEach(all::putIfAbsent));
    workspace.store().write(task(score.child(), text), new MeasureChild.Result(all));
  }

  private ChildScorer scorer() throws IOException {
    if (scorer == null) {
      scorer =
          new ChildScorer(
              workspace.memory(),
              workspace.teacher(),
              workspace.weights(),
              workspace.runner(),
              library,
              metrics,
              plan.activations().budget().memoryBytes());
    }
    return scorer;
  }

  private MeasureChild task(Child child, String text) throws IOException {
    List<String> reads = new ArrayList<>();
    for (Replacement replacement : child.replacements()) {
      reads.addAll(library.plan().reads(replacement));
    }
    return new MeasureChild(
        workspace.teacherDigest(), child.replacements(), reads, text, plan.products());
  }

  @Override
  public void close() {
    if (scorer != null) {
      scorer.close();
    }
  }
}
