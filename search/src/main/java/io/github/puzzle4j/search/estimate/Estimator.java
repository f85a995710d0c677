package io.github.puzzle4j.search.estimate;

import io.github.puzzle4j.blocklib.arch.LayerOptions;
import io.github.puzzle4j.blocklib.arch.Model;
import io.github.puzzle4j.blocklib.arch.Replacement;
import io.github.puzzle4j.blocklib.arch.SearchSpace;
import io.github.puzzle4j.blocklib.arch.Subblock;
import io.github.puzzle4j.blocklib.library.Distillation;
import io.github.puzzle4j.blocklib.tensor.ComputeDevice;
import io.github.puzzle4j.blocklib.tensor.DeviceMemory;
import io.github.puzzle4j.search.plan.Distill;
import io.github.puzzle4j.search.plan.ScoringEffort;
import io.github.puzzle4j.search.plan.SearchPlan;
import io.github.puzzle4j.search.progress.StageTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * Estimates of a plan: numbers of batches through layers, forward and in training, times what was
 * measured of each on random weights of the teacher's shape. Children are taken to have layers as
 * costly as the mean of their options, and rounds to find something better each time.
 */
public final class Estimator {

  /** A batch without gradients takes about this share of the LM head's work. */
  private static final double COMPARISON = 0.4;

  /**
   * Share that a race measures of what is left after its first round: nothing in one race of a real
   * model, a tenth in another.
   */
  private static final double STILL_OPEN = 0.1;

  /** Share of all block scores that those of halves, and of pairs that may be picked, take. */
  private static final double AUTO = 0.6;

  /** Of a round's children, which have beginnings in common. */
  private static final double OWN_PART = 0.85;

  /** Best sum, assembled, adapted and repaired child of a target. */
  private static final int MODELS_PER_TARGET = 4;

  private static final int STORED_BYTES = 2;

  private final SearchPlan plan;
  private final SearchSpace space;
  private final Model teacher;
  private final Pieces pieces;

  private Estimator(SearchPlan plan, SearchSpace space, Pieces pieces) {
    this.plan = plan;
    this.space = space;
    this.teacher = space.teacher();
    this.pieces = pieces;
  }

  /**
   * Measures for about four seconds, longer for large layers, and estimates.
   *
   * @param space replacements that are trained and scored
   */
  public static PlanEstimate of(SearchPlan plan, SearchSpace space, ComputeDevice device) {
    long begin = System.nanoTime();
    try (DeviceMemory memory = device.memory()) {
      Pieces pieces = Pieces.measured(memory, plan, space, batches(plan));
      return of(plan, space, pieces, Duration.ofNanos(System.nanoTime() - begin));
    }
  }

  static PlanEstimate of(SearchPlan plan, SearchSpace space, Pieces pieces, Duration measuring) {
    return new Estimator(plan, space, pieces).estimate(measuring);
  }

  private PlanEstimate estimate(Duration measuring) {
    List<StageTime> stages = new ArrayList<>();
    stages.add(stage("distill", distill()));
    stages.add(stage("score", score()));
    stages.add(stage("rounds", targets() * rounds()));
    stages.add(
        stage("adapt", plan.adapt().wanted() ? targets() * adaptedPerTarget() * adapt() : 0));
    stages.add(stage("measure", measure()));
    stages.add(stage("uptrain", targets() * (1 + trainedBaselines()) * uptrain()));
    return new PlanEstimate(
        stages.stream().filter(one -> !one.duration().isZero()).toList(), disk(), measuring);
  }

  private static StageTime stage(String name, double seconds) {
    return new StageTime(name, Duration.ofMillis(Math.round(1e3 * seconds)));
  }

  private int targets() {
    return plan.targets().size();
  }

  private int adaptedPerTarget() {
    return plan.finalists() + trainedBaselines();
  }

  private int trainedBaselines() {
    return plan.trainBaselines() ? plan.baselines().size() : 0;
  }

  private double all(ToDoubleFunction<LayerOptions> seconds) {
    return space.layers().stream().mapToDouble(seconds).sum();
  }

  private int batches() {
    return batches(plan);
  }

  /** Batches of calibration text, those for validation included. */
  private static int batches(SearchPlan plan) {
    return plan.distill().calibrationSequences(plan.rank().sequences()) / plan.distill().batch();
  }

  private double validations() {
    return validations(plan.distill().steps());
  }

  /** Passes over the validation batches in a training. */
  private double validations(int steps) {
    Distill.EarlyStop stop = plan.distill().earlyStop();
    int between = stop.everySteps() == 0 ? 0 : steps / stop.everySteps();
    return (2 + between) * Distill.validationBatches(batches());
  }

  private double distill() {
    double trainings = all(this::distill);
    for (Replacement merged : space.wider()) {
      trainings += merged.instead().size() * (plan.distill().steps() * pieces.layerStep());
    }
    return trainings;
  }

  /** The teacher's walk, the ranking, and the trainings of a layer. */
  private double distill(LayerOptions options) {
    double walk = batches() * pieces.forward(options.own());
    double ranking =
        options.otherFfn().isEmpty() ? 0 : batches() * pieces.ffn().seconds(options.own().ffn());
    double attention =
        trainings(
            options.otherAttention(),
            options.own().attention(),
            pieces.attentionStep(),
            pieces.attention(),
            pieces.attentionFit());
    double ffn =
        trainings(
            options.otherFfn(),
            options.own().ffn(),
            pieces.ffnStep(),
            pieces.ffn(),
            pieces.ffnFit());
    double pairs =
        switch (plan.distill().pairing()) {
          case DECOUPLED -> 0;
          case COUPLED ->
              options.otherAttention().size()
                  * options.otherFfn().size()
                  * plan.distill().steps()
                  * pieces.training(options);
        };
    return walk + ranking + attention + ffn + pairs;
  }

  /** Of options that share weights, each step trains one, and none is fitted. */
  private <S extends Subblock> double trainings(
      List<S> options, S own, Curve step, Curve forward, Curve fit) {
    double seconds = 0;
    for (List<S> together : plan.distill().form().groups(options, own)) {
      seconds +=
          plan.distill().steps() * step.mean(together) + validations() * forward.total(together);
      if (together.size() == 1) {
        seconds += fits(together.getFirst(), fit);
      }
    }
    return seconds;
  }

  private double fits(Subblock subblock, Curve fit) {
    return plan.distill().fit().times(subblock) * fit.seconds(subblock);
  }

  /** Of a layer of a child, each matrix once: as if each option were as frequent as any other. */
  private double fits(LayerOptions options) {
    return fitted(options.attention(), pieces.attentionFit())
        + fitted(options.ffn(), pieces.ffnFit());
  }

  private double fitted(List<? extends Subblock> options, Curve fit) {
    return options.stream()
        .mapToDouble(one -> plan.distill().fit().appliesTo(one) ? fit.seconds(one) : 0)
        .average()
        .orElse(0);
  }

  private double batchesOf(int sequences) {
    return (double) sequences * plan.data().sequenceLength() / pieces.tokens();
  }

  private double comparison() {
    return COMPARISON * pieces.head();
  }

  private double score() {
    double naive = 0;
    for (Replacement one : space.replacements()) {
      double own = one.instead().stream().mapToDouble(pieces::forward).sum();
      naive += own + behind(one.span().last()) + comparison();
    }
    double share =
        switch (plan.score().granularity()) {
          case BLOCK -> 1;
          case SUBBLOCK -> Math.min(1, halves());
          case AUTO -> plan.score().effort() == ScoringEffort.RACING ? Math.min(1, halves()) : AUTO;
        };
    double first = plan.score().effort().shareOfAll(plan.score().sequences());
    double measured = first + STILL_OPEN * (1 - first);
    return share * measured * batchesOf(plan.score().sequences()) * naive;
  }

  private double behind(int layer) {
    return space.layers().subList(layer + 1, space.layers().size()).stream()
        .mapToDouble(options -> pieces.forward(options.own()))
        .sum();
  }

  private double halves() {
    double halves = 0;
    for (LayerOptions options : space.layers()) {
      halves += options.attention().size() + options.ffn().size();
    }
    return halves / space.replacements().size();
  }

  private double rounds() {
    if (plan.rounds() == 0) {
      return 0;
    }
    double rounds = 1.0 + plan.rounds();
    double children = rounds * plan.childrenPerRound() + plan.baselines().size() + 1;
    double teachers = rounds * all(options -> pieces.forward(options.own()));
    return batchesOf(plan.score().sequences())
        * (teachers + children * (OWN_PART * all(pieces::forward) + comparison()));
  }

  private double adapt() {
    double trainings =
        plan.adaptSteps() * all(pieces::training)
            + validations(plan.adaptSteps()) * all(pieces::forward)
            + all(this::fits);
    int heldOut = Distill.validationBatches(batches());
    double walks =
        Math.min(batches(), plan.adaptSteps() + heldOut)
            * (all(options -> pieces.forward(options.own())) + all(pieces::forward));
    return trainings + walks + batchesOf(plan.score().sequences()) * model();
  }

  /** A whole child, compared with the teacher. */
  private double model() {
    return all(pieces::forward) + comparison();
  }

  private double measure() {
    int models = targets() * (plan.baselines().size() + trainedBaselines() + MODELS_PER_TARGET);
    double teachers = all(options -> pieces.forward(options.own())) + comparison();
    double heldOut = batchesOf(plan.data().heldOutSequences()) * (models * model() + teachers);
    // Whether the repair made a child better is seen on the validation text.
    double validation =
        plan.uptrain().steps() == 0
            ? 0
            : targets() * batchesOf(plan.score().sequences()) * (2 * model() + teachers);
    return heldOut + validation;
  }

  private double uptrain() {
    double batch =
        all(options -> pieces.forward(options.own())) + all(pieces::training) + pieces.head();
    return plan.uptrain().steps() * batchesOf(plan.uptrain().batch()) * batch;
  }

  private PlanEstimate.Disk disk() {
    int hidden = teacher.hiddenSize();
    long library = 0;
    for (LayerOptions options : space.layers()) {
      long attention =
          options.otherAttention().stream().mapToLong(one -> one.parameters(hidden)).sum();
      long ffn = options.otherFfn().stream().mapToLong(one -> one.parameters(hidden)).sum();
      library += STORED_BYTES * (attention + ffn);
      if (plan.distill().pairing() == Distillation.Pairing.COUPLED) {
        library +=
            STORED_BYTES
                * (options.otherFfn().size() * attention + options.otherAttention().size() * ffn);
      }
    }
    long states = (long) batches() * pieces.tokens() * hidden;
    boolean fits = 3 * Float.BYTES * states <= plan.activations().memory().bytes();
    long activations =
        fits ? 0 : Math.min(plan.activations().disk().bytes(), 3 * STORED_BYTES * states);
    long children =
        (long) targets()
            * STORED_BYTES
            * teacher.parameters()
            * (1
                + trainedBaselines()
                + (plan.adapt().wanted() ? adaptedPerTarget() : 0)
                + plan.export().size());
    return new PlanEstimate.Disk(library, activations, children);
  }
}
