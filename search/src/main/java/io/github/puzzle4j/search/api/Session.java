package io.github.puzzle4j.search.api;

import io.github.puzzle4j.blocklib.InvalidInputException;
import io.github.puzzle4j.blocklib.arch.Replacement;
import io.github.puzzle4j.blocklib.library.BlockLibrary;
import io.github.puzzle4j.blocklib.library.Train;
import io.github.puzzle4j.blocklib.library.TrainingStatistics;
import io.github.puzzle4j.blocklib.train.LossCurve;
import io.github.puzzle4j.scoring.quality.ReplacementScore;
import io.github.puzzle4j.scoring.quality.ScoreObjective;
import io.github.puzzle4j.scoring.quality.ScoreTable;
import io.github.puzzle4j.scoring.quality.TokenMean;
import io.github.puzzle4j.search.plan.PlanFile;
import io.github.puzzle4j.search.plan.PlanValueException;
import io.github.puzzle4j.search.progress.Progress;
import io.github.puzzle4j.search.rounds.Calibration;
import io.github.puzzle4j.search.run.Search;
import io.github.puzzle4j.search.run.TargetChoice;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * A search, step by step: whatever is asked for is computed unless the run directory has it, and is
 * kept there for later steps, sessions and commands.
 *
 * <p>Holds native memory, and the run directory, until closed. Not for use by several threads at a
 * time.
 */
public final class Session implements AutoCloseable {

  /** A variant that can be trained alone. */
  private record Trainable(Train training, Replacement replacement) {

    String part() {
      return training.part().id();
    }

    String variant() {
      return training.part().variant(replacement);
    }

    boolean isCalled(String name) {
      return name.equals(variant()) || name.equals(part() + " " + variant());
    }
  }

  private final Search search;
  private final Progress progress;

  private Session(Search search, Progress progress) {
    this.search = search;
    this.progress = progress;
  }

  static Session open(PlanFile plan, Path run, Progress progress, Optional<String> device)
      throws IOException {
    try {
      return new Session(
          Search.open(plan.plan(), run, progress, plan.plan().deviceHere(device)), progress);
    } catch (PlanValueException unfit) {
      throw plan.located(unfit);
    }
  }

  /** The variants of a layer that are trained, each apart from the layer's other part. */
  public Table variants(int layer) throws IOException {
    Table table = Table.of("layer", "part", "variant", "layers");
    for (Trainable one : trainable(layer)) {
      table = table.with(layer, one.part(), one.variant(), one.replacement().span().toString());
    }
    return table;
  }

  private List<Trainable> trainable(int layer) throws IOException {
    requireLayer(layer);
    List<Trainable> all = new ArrayList<>();
    for (Train training : search.library().plan().trainings()) {
      if (training.span().first() == layer) {
        training.replacements().forEach(one -> all.add(new Trainable(training, one)));
      }
    }
    return all;
  }

  private void requireLayer(int layer) throws InvalidInputException {
    int layers = search.teacher().layers().size();
    if (layer < 0 || layer >= layers) {
      throw new InvalidInputException(
          "layer %d: the teacher has layers 0 to %d".formatted(layer, layers - 1));
    }
  }

  /**
   * Trains one variant of one layer to imitate the teacher's.
   *
   * @param layer counted from 0
   * @param variant as {@link #variants} names it, such as {@code gqa_2}; with its part, such as
   *     {@code ffn linear}, if both parts have one of this name
   * @throws InvalidInputException if there is no such layer or variant
   */
  public Distilled distill(int layer, String variant) throws IOException {
    List<Trainable> all = trainable(layer);
    List<Trainable> called = all.stream().filter(one -> one.isCalled(variant)).toList();
    if (called.size() != 1) {
      List<Trainable> possible = called.isEmpty() ? all : called;
      throw new InvalidInputException(
          "layer %d, '%s': %s; %s: %s"
              .formatted(
                  layer,
                  variant,
                  called.isEmpty() ? "no such variant" : "several variants",
                  called.isEmpty() ? "there are" : "name one of",
                  String.join(
                      ", ",
                      possible.stream().map(one -> one.part() + " " + one.variant()).toList())));
    }
    Trainable one = called.getFirst();
    BlockLibrary library = search.distill(trainings(List.of(one.replacement())));
    TrainingStatistics statistics =
        library.statistics(one.training()).orElseThrow().stream()
            .filter(some -> some.replacement().equals(one.replacement()))
            .findFirst()
            .orElseThrow();
    return new Distilled(
        statistics, library.losses(one.training()).orElse(new LossCurve(1, 0, List.of())));
  }

  /** The trainings that the weights of some replacements come from. */
  private Set<Train> trainings(List<Replacement> some) throws IOException {
    Set<Train> trainings = new LinkedHashSet<>();
    for (Replacement one : some) {
      trainings.addAll(search.library().plan().sources(one));
    }
    return trainings;
  }

  /** Trains all variants, and lists their normalised MSE on held-out text before and after. */
  public Table distill() throws IOException {
    Table table =
        Table.of("layer", "part", "variant", "loss_before", "loss_after", "steps", "weights");
    for (TrainingStatistics one : search.distill().statistics()) {
      table =
          table.with(
              one.layer(),
              one.part().id(),
              one.variant(),
              one.lossBefore(),
              one.lossAfter(),
              one.steps(),
              one.weights().name().toLowerCase(Locale.ROOT));
    }
    return table;
  }

  /**
   * Trains and scores all replacements of one layer, each on the whole validation text: what the
   * plan minimises, less the teacher's.
   *
   * @param layer counted from 0
   * @throws InvalidInputException if there is no such layer
   */
  public Table scores(int layer) throws IOException {
    requireLayer(layer);
    List<Replacement> some =
        search.space().replacements().stream().filter(one -> one.span().first() == layer).toList();
    search.distill(trainings(some));
    return scores(search.score(some));
  }

  /** Trains and scores all replacements, with the effort that the plan asks for. */
  public Table scores() throws IOException {
    search.distill();
    return scores(search.score());
  }

  private Table scores(ScoreTable scores) {
    ScoreObjective objective = search.plan().score().metric();
    String loss = objective.id();
    Table table = Table.of("layer", "layers", "variant", loss, loss + "_standard_error");
    for (ReplacementScore one : scores.all()) {
      int first = one.replacement().span().first();
      Replacement own = Replacement.of(first, search.space().layer(first).own());
      TokenMean mean = objective.of(one, scores.score(own));
      table =
          table.with(
              first,
              one.replacement().span().toString(),
              one.variant(),
              mean.mean(),
              mean.standardError());
    }
    return table;
  }

  /**
   * Chooses a child for each target of the plan; variants are trained and scored before. Targets
   * that no child can keep the budget of are left out, with a warning.
   */
  public List<Choice> choose() throws IOException {
    search.distill();
    ScoreTable scores = search.score();
    List<Choice> choices = new ArrayList<>();
    for (TargetChoice choice : search.refine(search.choose(scores), scores)) {
      switch (choice) {
        case TargetChoice.Chosen chosen -> choices.add(new Choice(search, chosen));
        case TargetChoice.OutOfReach none -> progress.warn(none.explanation());
      }
    }
    return List.copyOf(choices);
  }

  /**
   * Measures children drawn within the budget of each target, beside what is predicted of them: by
   * the sum of their scores, and by a model that is fitted to every other one of them.
   *
   * @param children of each target; fewer if the budget leaves fewer
   */
  public Table calibrate(int children) throws IOException {
    search.distill();
    ScoreTable scores = search.score();
    Table table =
        Table.of(
            "target",
            "predicted_by_sum",
            "predicted_by_model",
            "measured",
            "standard_error",
            "fitted");
    for (TargetChoice choice : search.choose(scores)) {
      Optional<Calibration> found = search.calibrate(choice, scores, children);
      if (found.isPresent()) {
        for (Calibration.Predicted one : found.get().measured()) {
          table =
              table.with(
                  choice.name(),
                  one.sum(),
                  one.model(),
                  one.loss().mean(),
                  one.loss().standardError(),
                  one.fitted());
        }
      }
    }
    return table;
  }

  /** All stages, and the report. */
  public Run run() throws IOException {
    search.run();
    return new Run(search.directory(), progress);
  }

  /** The search itself, for what this class has no method for. */
  public Search search() {
    return search;
  }

  @Override
  public void close() {
    search.close();
  }

  @Override
  public String toString() {
    return "%s: %d layers, %d replacements to choose from"
        .formatted(
            search.directory().root(),
            search.teacher().layers().size(),
            search.space().replacements().size());
  }
}
