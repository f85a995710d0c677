package io.github.puzzle4j.search.plan;

import io.github.puzzle4j.blocklib.InvalidInputException;
import io.github.puzzle4j.blocklib.tensor.ComputeDevice;
import io.github.puzzle4j.blocklib.tensor.Precision;
import io.github.puzzle4j.blocklib.tensor.engine.ComputeEngine;
import io.github.puzzle4j.blocklib.tensor.engine.Engines;
import io.github.puzzle4j.blocklib.train.RepairLoss;
import io.github.puzzle4j.scoring.quality.ScoreObjective;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The settings of a search, from YAML; absent keys have their defaults ({@code
 * plan-defaults.yaml}).
 *
 * @param schema version of this format; this release reads 1
 * @param teacher the trained model that the search starts from
 * @param store where the results of tasks are kept
 * @param precision of the matrix products in training, scoring and measuring
 * @param engine name of the compute engine
 * @param device name of what it computes on, see {@link ComputeDevice#named}
 * @param threads of the processor that compute together
 * @param data the text for training and scoring
 * @param space the variants of every layer
 * @param rank how the teacher's FFN channels are ranked
 * @param distill block-wise local distillation of every variant
 * @param activations limits for activations while layers are visited one by one
 * @param score replace-one-block scoring
 * @param targets the GPUs and budgets; one child is searched for each
 * @param profileTime for measuring this machine, where it is a target
 * @param solve how the best combination is found
 * @param rounds of measuring whole children and choosing again, at most; 0 for the choice by the
 *     sum of scores
 * @param childrenPerRound children that are measured in each
 * @param adapt whether the blocks of chosen children are distilled anew on their own activations
 * @param finalists children that are trained so, of which the best is taken
 * @param baselines simple choices at the same budget, to compare the child with
 * @param trainBaselines whether baselines are trained as the child is
 * @param uptrain global knowledge distillation of the assembled child
 * @param export formats that the child is written in, by exporter name
 */
public record SearchPlan(
    int schema,
    Teacher teacher,
    StoreLocation store,
    PrecisionChoice precision,
    String engine,
    String device,
    ThreadCount threads,
    Data data,
    Space space,
    Rank rank,
    Distill distill,
    Activations activations,
    Scoring score,
    List<Target> targets,
    Duration profileTime,
    Solve solve,
    int rounds,
    int childrenPerRound,
    Adaptation adapt,
    int finalists,
    List<Baseline> baselines,
    boolean trainBaselines,
    Training uptrain,
    List<String> export) {

  /** The format version that this release reads and writes. */
  public static final int SCHEMA = 1;

  public SearchPlan {
    Require.that(schema == SCHEMA, "schema", "must be %d, not %d", SCHEMA, schema);
    Require.notEmpty("targets", targets);
    List<String> engines = Engines.all().stream().map(ComputeEngine::id).toList();
    Require.that(
        engines.contains(engine),
        "engine",
        "must be %s, not '%s'",
        String.join(" or ", engines),
        engine);
    Require.that(
        ComputeDevice.isName(device),
        "device",
        "must be auto, cpu, cuda or cuda:N, not '%s'",
        device);
    Require.that(
        profileTime.isPositive(),
        "profileTime",
        "must be positive, not %s",
        Units.text(profileTime));
    Require.within("rounds", rounds, 0, 1000);
    Require.within("childrenPerRound", childrenPerRound, 2, 10_000);
    Require.within("finalists", finalists, 1, 100);
    targets = List.copyOf(targets);
    baselines = Require.distinct("baselines", baselines);
    export = Require.distinct("export", export);
  }

  /**
   * The model to start from.
   *
   * @param path folder of the checkpoint
   */
  public record Teacher(Path path) {}

  /**
   * The text of a search, in three parts that share no document.
   *
   * @param text source that is divided among the parts without files of their own
   * @param calibration text for ranking channels and distilling variants
   * @param validation text for scoring variants
   * @param heldOut text for measuring the child and the baselines
   * @param heldOutSequences sequences of it at most
   * @param questions files of questions that each measured model is asked
   * @param cache where the tokens of files are kept
   * @param sequenceLength length that text is packed to, tokens
   * @param seed of the synthetic text and of every sampling from text
   */
  public record Data(
      TextSource text,
      TextSource calibration,
      TextSource validation,
      TextSource heldOut,
      int heldOutSequences,
      List<Path> questions,
      TokenCaching cache,
      int sequenceLength,
      long seed) {

    public Data {
      Require.within("sequenceLength", sequenceLength, 8, 1 << 20);
      Require.within("heldOutSequences", heldOutSequences, 2, 1 << 24);
      calibration = orShare(calibration, text);
      validation = orShare(validation, text);
      heldOut = orShare(heldOut, text);
      questions = Require.distinct("questions", questions);
    }

    /** The same with tokens that a run would keep in its folder in this one. */
    private Data cachedIn(Path folder) {
      TokenCaching other =
          switch (cache) {
            case TokenCaching.InRun() -> new TokenCaching.Folder(folder);
            case TokenCaching.Nowhere nowhere -> nowhere;
            case TokenCaching.Folder named -> named;
          };
      return new Data(
          text,
          calibration,
          validation,
          heldOut,
          heldOutSequences,
          questions,
          other,
          sequenceLength,
          seed);
    }

    private static TextSource orShare(TextSource own, TextSource text) {
      return switch (own) {
        case TextSource.Synthetic() -> text;
        case TextSource.Files files -> files;
      };
    }
  }

  /**
   * Ranking of the FFN channels by their contribution.
   *
   * @param sequences minimum number of calibration sequences; those of distillation are all used
   */
  public record Rank(int sequences) {

    public Rank {
      Require.within("sequences", sequences, 1, 1 << 24);
    }
  }

  /** The same plan with other limits for activations. */
  public SearchPlan withActivations(Activations other) {
    return with(store, data, precision, computing(), other, targets);
  }

  /** The same plan with other targets. */
  public SearchPlan withTargets(List<Target> others) {
    return with(store, data, precision, computing(), activations, others);
  }

  /** The same plan with what a run would keep in its folder, results and tokens, in this one. */
  public SearchPlan keptIn(Path store, Path cache) {
    StoreLocation results =
        switch (this.store) {
          case StoreLocation.InRun() -> new StoreLocation.Folder(store);
          case StoreLocation.Folder folder -> folder;
        };
    return with(results, data.cachedIn(cache), precision, computing(), activations, targets);
  }

  /** Optimizer steps of each block that is distilled anew. */
  public int adaptSteps() {
    return adapt.steps().orElse(distill.steps());
  }

  /** What computes. */
  public Computing computing() {
    return new Computing(engine, threads);
  }

  /**
   * What computes it on this machine, on the engine that is named for all commands here.
   *
   * @param asked device instead of the plan's
   * @throws InvalidInputException if there is no such engine or device here
   */
  public ComputeDevice deviceHere(Optional<String> asked) throws InvalidInputException {
    return computing().onThisMachine().device(asked.orElse(device));
  }

  /** The same plan on another engine, or with another number of threads. */
  public SearchPlan withComputing(Computing other) {
    return with(store, data, precision, other, activations, targets);
  }

  /** The same plan with a precision that is decided. */
  public SearchPlan withPrecision(Precision decided) {
    return with(store, data, PrecisionChoice.of(decided), computing(), activations, targets);
  }

  /**
   * The precision of the matrix products.
   *
   * @throws IllegalStateException if it is not decided yet
   */
  public Precision products() {
    return switch (precision) {
      case FLOAT32 -> Precision.FLOAT32;
      case BFLOAT16 -> Precision.BFLOAT16;
      case AUTO -> throw new IllegalStateException("the precision is not decided");
    };
  }

  private SearchPlan with(
      StoreLocation results,
      Data text,
      PrecisionChoice products,
      Computing other,
      Activations room,
      List<Target> wanted) {
    return new SearchPlan(
        schema,
        teacher,
        results,
        products,
        other.engine(),
        device,
        other.threads(),
        text,
        space,
        rank,
        distill,
        room,
        score,
        wanted,
        profileTime,
        solve,
        rounds,
        childrenPerRound,
        adapt,
        finalists,
        baselines,
        trainBaselines,
        uptrain,
        export);
  }

  /**
   * The global training of the assembled child.
   *
   * @param steps optimizer steps; 0 leaves the initial weights
   * @param batch sequences per step
   * @param batches different batches of calibration text at most; further steps repeat them
   * @param learningRate peak of the schedule, reached after the warm-up, then a cosine to zero
   * @param warmupSteps steps of linear warm-up; at most {@code steps}
   * @param loss what is minimised
   * @param seed of the order of the batches
   */
  public record Training(
      int steps,
      int batch,
      int batches,
      double learningRate,
      int warmupSteps,
      RepairLoss loss,
      long seed) {

    public Training {
      Require.within("batches", batches, 1, 1 << 24);
      Require.trains(steps, batch, learningRate, warmupSteps);
    }
  }

  /**
   * Replace-one-block scoring.
   *
   * @param metric what the solver minimises
   * @param sequences validation sequences per score, at most
   * @param granularity what is replaced at a time
   * @param effort whether all replacements are scored on all sequences
   * @param confidence at which racing gives a replacement up
   */
  public record Scoring(
      ScoreObjective metric,
      int sequences,
      Granularity granularity,
      ScoringEffort effort,
      double confidence) {

    public Scoring {
      Require.within("sequences", sequences, 2, 1 << 24);
      Require.that(
          confidence >= 0.5 && confidence < 1,
          "confidence",
          "must be at least 0.5 and below 1, not %s",
          confidence);
    }
  }
}
