package io.github.puzzle4j.search.report;

import io.github.puzzle4j.blocklib.arch.Replacement;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The results of a search for one target.
 *
 * @param target GPU and backend, such as {@code h100-sxm, vllm}
 * @param scenario as text
 * @param budget the limits as text
 * @param costSource source of predicted costs, with their error
 * @param costErrorP90 share by which nine predicted costs of ten are off at most
 * @param rows the teacher first, then the child, then the baselines
 * @param proof the solver's proof for the choice by the sum of scores
 * @param truth what whole children that were measured say of the predictions; empty if none was
 * @param frontier best choices along the throughput, by increasing throughput
 * @param measuredChildren in the rounds, in their order
 * @param limits of the budget, in its order
 * @param served speeds in an engine on the machine of the search, if it is the target
 * @param rounded the exported child in each format of fewer than 16 bits
 * @param commands that serve the exported child, each with its purpose
 * @param notes remarks, such as a baseline that does not fit the budget
 */
public record TargetReport(
    String target,
    String scenario,
    String budget,
    String costSource,
    double costErrorP90,
    List<Row> rows,
    Proof proof,
    Optional<Truth> truth,
    List<FrontierPoint> frontier,
    List<MeasuredChild> measuredChildren,
    List<LimitUse> limits,
    List<ServedSpeed> served,
    List<Rounded> rounded,
    List<Command> commands,
    List<String> notes) {

  public TargetReport {
    rows = List.copyOf(rows);
    frontier = List.copyOf(frontier);
    measuredChildren = List.copyOf(measuredChildren);
    limits = List.copyOf(limits);
    commands = List.copyOf(commands);
    served = List.copyOf(served);
    rounded = List.copyOf(rounded);
    notes = List.copyOf(notes);
  }

  /** The kind of a row's model. */
  public enum Kind {
    TEACHER("teacher"),
    CHILD("child"),
    CHILD_AFTER_GKD("child after GKD"),
    /** The child as it is assembled from the library, before its blocks are distilled anew. */
    CHILD_ASSEMBLED("child as assembled"),
    /** The choice by the sum of scores, as assembled. */
    BEST_SUM("best sum"),
    GREEDY("greedy"),
    UNIFORM("uniform"),
    RANDOM("random"),
    DEPTH("depth pruning"),
    OMISSION("no-ops only"),
    PARAMETERS("most parameters"),
    EVOLUTION("evolution");

    private final String label;

    Kind(String label) {
      this.label = label;
    }

    /** Whether it has the layers of the child, with other weights. */
    public boolean isChildAgain() {
      return switch (this) {
        case CHILD_AFTER_GKD, CHILD_ASSEMBLED -> true;
        case TEACHER, CHILD, BEST_SUM -> false;
        case GREEDY, UNIFORM, RANDOM, DEPTH, OMISSION, PARAMETERS, EVOLUTION -> false;
      };
    }

    /** Its display name. */
    public String label() {
      return label;
    }
  }

  /**
   * A model with its cost and quality.
   *
   * @param kind of the model
   * @param trained whether a baseline was trained as the child is
   * @param replacements of which it is made, first to last
   * @param tokensPerSecond predicted output tokens per second per GPU
   * @param tokenSeconds predicted seconds per output token of a request
   * @param memoryBytes predicted memory while serving
   * @param batch requests served at once
   * @param predicted sum of its blocks' scores; 0 for the teacher
   * @param measured quality on held-out text
   * @param sizes of the model as it is served
   */
  public record Row(
      Kind kind,
      boolean trained,
      List<Replacement> replacements,
      double tokensPerSecond,
      double tokenSeconds,
      long memoryBytes,
      int batch,
      double predicted,
      Quality measured,
      Sizes sizes) {

    public Row {
      replacements = List.copyOf(replacements);
    }

    /** Its display name. */
    public String label() {
      return trained ? kind.label() + " after training" : kind.label();
    }

    /** Whether another row has the same layers, with the weights of the library. */
    public boolean repeats() {
      return trained || kind.isChildAgain();
    }
  }

  /**
   * Whole numbers that add up over a model.
   *
   * @param parameters of the whole model
   * @param weightBytes on one GPU, in the scenario's format
   * @param kvBytesPerToken on one GPU, in the scenario's format
   * @param attentionLayers layers with a KV cache
   */
  public record Sizes(
      long parameters, long weightBytes, long kvBytesPerToken, long attentionLayers) {}

  /**
   * Quality on held-out text.
   *
   * @param kl divergence from the teacher, nats per token
   * @param lmLoss nats per predicted token
   * @param others what the plan minimises besides, by its heading in tables
   * @param loss what is minimised, less the teacher's; the error is at most this
   * @param taskAccuracy shares between 0 and 1, by task
   */
  public record Quality(
      Estimate kl,
      Estimate lmLoss,
      Map<String, Estimate> others,
      Estimate loss,
      Map<String, Double> taskAccuracy) {

    public Quality {
      others = new LinkedHashMap<>(others);
      taskAccuracy = new LinkedHashMap<>(taskAccuracy);
    }

    /** What the plan minimises besides KL and LM loss, in order. */
    @Override
    public Map<String, Estimate> others() {
      return new LinkedHashMap<>(others);
    }

    /** Shares between 0 and 1, by task, in order. */
    @Override
    public Map<String, Double> taskAccuracy() {
      return new LinkedHashMap<>(taskAccuracy);
    }
  }

  /**
   * The solver's proof.
   *
   * @param status such as {@code OPTIMAL}
   * @param objective sum of the scores of the selection
   * @param bound no choice can be better than this
   * @param gap relative distance of the two; 0 where optimality is proven
   * @param duration of all problems together
   * @param backend solver that found it
   */
  public record Proof(
      String status,
      double objective,
      double bound,
      double gap,
      Duration duration,
      String backend) {}

  /**
   * Whole children that were measured on the text of the scores, and what predicts them.
   *
   * @param children that were measured
   * @param rounds the least loss after each round; the first is that without a model
   * @param sumLoss loss of the choice by the sum of scores
   * @param childLoss loss of the chosen child, as assembled
   * @param sum how well sums of scores predict the children
   * @param model how well the fitted model predicts each of them from the others
   */
  public record Truth(
      int children,
      List<Double> rounds,
      Estimate sumLoss,
      Estimate childLoss,
      Prediction sum,
      Prediction model) {

    public Truth {
      rounds = List.copyOf(rounds);
    }
  }

  /**
   * How well predictions agree with measurements.
   *
   * @param rankCorrelation Spearman's
   * @param medianError median of the relative errors
   * @param medianRatio median of measured over predicted
   */
  public record Prediction(double rankCorrelation, double medianError, double medianRatio) {}

  /**
   * Speeds of teacher and child in a serving engine, at one batch size.
   *
   * @param engine that served
   * @param batch requests together
   */
  public record ServedSpeed(
      String engine,
      int batch,
      Speed predictedTeacher,
      Speed predictedChild,
      Speed measuredTeacher,
      Speed measuredChild) {

    /** Predicted throughput of the child over the teacher's. */
    public double predictedSpeedup() {
      return predictedChild.tokensPerSecond() / predictedTeacher.tokensPerSecond();
    }

    /** The same as measured. */
    public double measuredSpeedup() {
      return measuredChild.tokensPerSecond() / measuredTeacher.tokensPerSecond();
    }
  }

  /**
   * Of one model.
   *
   * @param tokensPerSecond output tokens of all requests together, reading of prompts included
   * @param promptSeconds until the prompts of all requests are read
   * @param tokenSeconds from one token of each request to the next
   */
  public record Speed(double tokensPerSecond, double promptSeconds, double tokenSeconds) {}

  /**
   * The best choice at some throughput.
   *
   * @param tokensPerSecond predicted output tokens per second per GPU
   * @param tokenSeconds predicted seconds per output token of a request
   * @param memoryBytes predicted memory while serving
   * @param predicted sum of the scores
   * @param replacements of which it is made, first to last
   */
  public record FrontierPoint(
      double tokensPerSecond,
      double tokenSeconds,
      long memoryBytes,
      double predicted,
      List<Replacement> replacements) {

    public FrontierPoint {
      replacements = List.copyOf(replacements);
    }
  }

  /**
   * The child with its weights in fewer bits. Activations are not rounded, as engines round them.
   *
   * @param format of the export, or that of the prices where none is exported in it
   * @param measured quality on held-out text
   */
  public record Rounded(String format, Quality measured) {}

  /**
   * A command line.
   *
   * @param purpose such as {@code serve with vLLM}
   * @param line to be run in a shell
   */
  public record Command(String purpose, String line) {}
}
