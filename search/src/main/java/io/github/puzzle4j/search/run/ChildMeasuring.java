package io.github.puzzle4j.search.run;

import io.github.puzzle4j.blocklib.arch.Child;
import io.github.puzzle4j.blocklib.arch.Replacement;
import io.github.puzzle4j.blocklib.library.BlockLibrary;
import io.github.puzzle4j.blocklib.task.StoredResult;
import io.github.puzzle4j.blocklib.train.TokenBatch;
import io.github.puzzle4j.scoring.quality.ChildScore;
import io.github.puzzle4j.scoring.quality.ChildScorer;
import io.github.puzzle4j.scoring.quality.MeasureChild;
import io.github.puzzle4j.scoring.quality.Metric;
import io.github.puzzle4j.search.plan.SearchPlan;
import io.github.puzzle4j.search.rounds.ChildMeter;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Measures children of the library on the validation text; stored results are reused. */
final class ChildMeasuring implements ChildMeter, AutoCloseable {

  private final SearchPlan plan;
  private final Workspace workspace;
  private final BlockLibrary library;
  private final List<TokenBatch> batches;
  private final String text;
  private final List<Metric> metrics;
  private @Nullable ChildScorer scorer;

  ChildMeasuring(SearchPlan plan, Workspace workspace, BlockLibrary library) throws IOException {
    this.plan = plan;
    this.workspace = workspace;
    this.library = library;
    this.batches = workspace.batches(workspace.texts().validation(plan.score().sequences()));
    this.text = TokenBatch.digest(batches);
    this.metrics = plan.score().metric().measured();
  }

  @Override
  public List<ChildScore> measure(List<Child> children) throws IOException {
    Map<Child, ChildScore> scores = new LinkedHashMap<>();
    Set<Child> missing = new LinkedHashSet<>();
    for (Child child : children) {
      Optional<ChildScore> stored = stored(child);
      stored.ifPresent(score -> scores.put(child, score));
      if (stored.isEmpty()) {
        missing.add(child);
      }
    }
    if (!missing.isEmpty()) {
      for (ChildScore score : scorer().score(List.copyOf(missing))) {
        workspace.store().write(task(score.child()), new MeasureChild.Result(score.metrics()));
        scores.put(score.child(), score);
      }
    }
    return children.stream()
        .map(child -> Objects.requireNonNull(scores.get(child), "a measured child"))
        .toList();
  }

  /** What is stored, unless it lacks a metric. */
  private Optional<ChildScore> stored(Child child) throws IOException {
    Optional<StoredResult> stored = workspace.store().find(task(child));
    if (stored.isEmpty()) {
      return Optional.empty();
    }
    ChildScore score = stored.get().value(MeasureChild.Result.class).of(child);
    return score.metrics().keySet().containsAll(metrics) ? Optional.of(score) : Optional.empty();
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
              batches,
              metrics,
              plan.activations().budget().memoryBytes());
    }
    return scorer;
  }

  private MeasureChild task(Child child) throws IOException {
    List<String> reads = new ArrayList<>();
    for (Replacement replacement : child.replacements()) {
      reads.addAll(library.plan().reads(replacement));
    }
    return new MeasureChild(
        workspace.teacherDigest(), child.replacements(), reads, text, plan.precision());
  }

  @Override
  public void close() {
    if (scorer != null) {
      scorer.close();
    }
  }
}
