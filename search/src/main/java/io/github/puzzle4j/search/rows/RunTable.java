package io.github.puzzle4j.search.rows;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** The tables of a run. Names are stable; units are in the names of columns. */
public enum RunTable {
  POINTS(
      "the searches of a sweep; one row with an empty point for a run without a sweep",
      "point VARCHAR name of the point, empty without a sweep",
      "status VARCHAR done, out_of_reach, refused, failed or missing",
      "reason VARCHAR why it is not done"),
  POINT_VALUES(
      "what differs between the points of a sweep",
      "point VARCHAR of points",
      "keys VARCHAR paths of the plan's keys, separated by commas",
      "value VARCHAR as text; empty where the plan's own is used"),
  SEARCHES(
      "what finished searches started from, and how they scored",
      "point VARCHAR of points",
      "teacher VARCHAR name of its folder",
      "parameters BIGINT of the teacher",
      "layers INTEGER of the teacher",
      "hidden_size INTEGER width of the residual stream",
      "kv_heads INTEGER the most of a layer",
      "ffn_channels INTEGER the most of a layer that a token passes through",
      "kv_bytes_per_token BIGINT of the teacher, in bf16",
      "metric VARCHAR what the plan minimises, such as kl",
      "minimised VARCHAR the same for people, such as KL",
      "unit VARCHAR of that",
      "scoring VARCHAR what the scores took, in one line"),
  FACTS(
      "provenance of finished searches: versions, seeds, texts, sources of costs",
      "point VARCHAR of points",
      "name VARCHAR such as Seeds",
      "value VARCHAR as text"),
  COMMANDS(
      "command lines that repeat a finished search and serve its children",
      "point VARCHAR of points",
      "target_number INTEGER of targets; -1 for the whole search",
      "purpose VARCHAR such as serve with vLLM",
      "command VARCHAR for a shell"),
  TARGETS(
      "the targets of finished searches, each with its solver's proof for the choice by scores",
      "point VARCHAR of points",
      "target VARCHAR GPU and serving engine",
      "target_number INTEGER place in the plan, counted from 0",
      "scenario VARCHAR the requests that are served",
      "budget VARCHAR the limits",
      "cost_source VARCHAR of predicted costs",
      "cost_error_p90 DOUBLE share by which nine predicted costs of ten are off at most",
      "proof VARCHAR OPTIMAL or FEASIBLE",
      "objective DOUBLE sum of scores of the choice",
      "bound DOUBLE no choice is better than this",
      "solve_seconds DOUBLE of all problems together",
      "backend VARCHAR of the solver"),
  NOTES(
      "remarks on targets",
      "point VARCHAR of points",
      "target_number INTEGER of targets",
      "note VARCHAR a sentence"),
  LIMITS(
      "the limits of each target",
      "point VARCHAR of points",
      "target_number INTEGER of targets",
      "limit_name VARCHAR such as throughput",
      "unit VARCHAR of bound and used",
      "side VARCHAR min or max",
      "bound DOUBLE the limit",
      "used DOUBLE by the child, as predicted",
      "binds BOOLEAN whether a choice with a smaller sum of scores exists without it"),
  LIMIT_GAINS(
      "what more of each limit would buy",
      "point VARCHAR of points",
      "target_number INTEGER of targets",
      "limit_name VARCHAR of limits",
      "share DOUBLE by which the limit is loosened",
      "bound DOUBLE the looser limit",
      "predicted_loss DOUBLE sum of scores of the best choice then",
      "gain DOUBLE by how much that is less than the choice's",
      "proven BOOLEAN whether no choice is better"),
  MODELS(
      "the teacher, the child and the baselines of each target, with predicted costs and measured"
          + " quality",
      "point VARCHAR of points",
      "target_number INTEGER of targets",
      "model VARCHAR such as teacher, child, child after GKD, greedy after training",
      "kind VARCHAR such as teacher, child, child_after_gkd, greedy",
      "tokens_per_second_per_gpu DOUBLE predicted output tokens",
      "seconds_per_token DOUBLE predicted, of one request",
      "memory_bytes BIGINT predicted, while serving",
      "batch INTEGER requests served at once",
      "parameters BIGINT of the whole model",
      "weight_bytes BIGINT on one GPU, as served",
      "kv_bytes_per_token BIGINT on one GPU, as served",
      "attention_layers BIGINT layers with a KV cache",
      "predicted_loss DOUBLE sum of the scores of its layers",
      "loss DOUBLE what the plan minimises, measured on held-out text, less the teacher's",
      "loss_standard_error DOUBLE of loss",
      "kl_nats DOUBLE divergence from the teacher per token, on held-out text",
      "kl_standard_error_nats DOUBLE of kl_nats",
      "lm_loss_nats DOUBLE per predicted token, on held-out text",
      "lm_loss_standard_error_nats DOUBLE of lm_loss_nats"),
  ROUNDED_CHILDREN(
      "the child of each target with its weights in fewer than 16 bits, as exported or as priced;"
          + " activations are not rounded",
      "point VARCHAR of points",
      "target_number INTEGER of targets",
      "format VARCHAR such as huggingface-fp8",
      "kl_nats DOUBLE divergence from the teacher per token, on held-out text",
      "kl_standard_error_nats DOUBLE of kl_nats",
      "lm_loss_nats DOUBLE per predicted token, on held-out text",
      "lm_loss_standard_error_nats DOUBLE of lm_loss_nats"),
  MODEL_LAYERS(
      "the layers of these models, of the best choices and of measured children",
      "point VARCHAR of points",
      "target_number INTEGER of targets",
      "model VARCHAR of models, frontier or measured_children",
      "layer INTEGER first layer that is replaced, counted from 0",
      "last_layer INTEGER last one",
      "variant VARCHAR what replaces it"),
  VARIANTS(
      "the layers that variants are made of",
      "point VARCHAR of points",
      "variant VARCHAR of model_layers",
      "place INTEGER among the layers of the variant, counted from 0",
      "attention VARCHAR such as gqa_2, linear or noop",
      "kv_heads INTEGER 0 without attention over a cache",
      "window_tokens INTEGER that are attended to; 0 for all",
      "ffn VARCHAR such as ffn_384, linear or noop",
      "ffn_channels INTEGER that a token passes through"),
  FRONTIER(
      "the solver's best choices along the throughput",
      "point VARCHAR of points",
      "target_number INTEGER of targets",
      "model VARCHAR such as best 1",
      "tokens_per_second_per_gpu DOUBLE predicted output tokens",
      "seconds_per_token DOUBLE predicted, of one request",
      "memory_bytes BIGINT predicted, while serving",
      "predicted_loss DOUBLE sum of scores"),
  MEASURED_CHILDREN(
      "children that the rounds measured, as assembled, on the text of the scores",
      "point VARCHAR of points",
      "target_number INTEGER of targets",
      "model VARCHAR such as measured 1",
      "tokens_per_second_per_gpu DOUBLE predicted output tokens",
      "seconds_per_token DOUBLE predicted, of one request",
      "memory_bytes BIGINT predicted, while serving",
      "predicted_loss DOUBLE sum of scores",
      "loss DOUBLE what the plan minimises, less the teacher's",
      "loss_standard_error DOUBLE of loss"),
  PREDICTORS(
      "how well losses of measured children are predicted",
      "point VARCHAR of points",
      "target_number INTEGER of targets",
      "predictor VARCHAR sum of scores, or fitted model",
      "children INTEGER that were measured",
      "rank_correlation DOUBLE Spearman's",
      "median_error DOUBLE of the relative errors",
      "median_ratio DOUBLE of measured over predicted"),
  SERVED(
      "speeds in a serving engine on the machine of the search",
      "point VARCHAR of points",
      "target_number INTEGER of targets",
      "engine VARCHAR that served",
      "model VARCHAR teacher or child",
      "batch INTEGER requests served at once",
      "predicted_tokens_per_second DOUBLE output tokens of all requests, reading of prompts"
          + " included",
      "measured_tokens_per_second DOUBLE the same",
      "predicted_prompt_seconds DOUBLE until all prompts are read",
      "measured_prompt_seconds DOUBLE the same",
      "predicted_seconds_per_token DOUBLE of one request",
      "measured_seconds_per_token DOUBLE the same"),
  VARIANT_SCORES(
      "the scores that a finished search chose by",
      "point VARCHAR of points",
      "layer INTEGER first layer that is replaced, counted from 0",
      "variant VARCHAR what replaces it",
      "loss DOUBLE what the plan minimises, less the teacher's",
      "loss_standard_error DOUBLE of loss"),
  DISTILLATION(
      "the library of a finished search, with normalised MSE before and after",
      "point VARCHAR of points",
      "layer INTEGER first layer that is replaced, counted from 0",
      "variant VARCHAR what was trained, and which part of the layer it is",
      "loss_before DOUBLE with the initial weights",
      "loss_after DOUBLE with the weights in the library"),
  LOSS_CURVES(
      "training losses of the library, each the mean over the steps since the one before",
      "point VARCHAR of points",
      "layer INTEGER first layer that is replaced, counted from 0",
      "variant VARCHAR as in distillation; elastic for several that share weights",
      "step INTEGER optimizer steps so far",
      "tokens BIGINT of text that were trained on so far",
      "loss DOUBLE normalised MSE on the text of the training"),
  CHILD_LOSS_CURVES(
      "training losses of children and of trained baselines, as in loss_curves",
      "point VARCHAR of points",
      "target_number INTEGER of targets",
      "model VARCHAR such as child or greedy",
      "stage VARCHAR adapt, which distils blocks anew, or uptrain",
      "layer INTEGER first layer that is replaced, counted from 0; -1 for the whole model",
      "variant VARCHAR what replaces it; empty for the whole model",
      "step INTEGER optimizer steps so far",
      "tokens BIGINT of text that were trained on so far",
      "loss DOUBLE normalised MSE in adapt, in uptrain the sum that the plan's uptrain.loss"
          + " weights"),
  CANDIDATES(
      "what the solver chooses from: the problem of each target",
      "point VARCHAR of points",
      "folder VARCHAR of the target",
      "candidate VARCHAR such as L3/gqa_2+ffn_384",
      "variant VARCHAR such as gqa_2+ffn_384",
      "layer INTEGER first layer that is replaced, counted from 0",
      "last_layer INTEGER last one",
      "score DOUBLE what is minimised the sum of"),
  CANDIDATE_COSTS(
      "the costs of candidates",
      "point VARCHAR of points",
      "folder VARCHAR of the target",
      "candidate VARCHAR of candidates",
      "cost VARCHAR such as runtime_seconds or memory_bytes",
      "amount DOUBLE in the unit that the cost names"),
  SCORES(
      "measured scores in the store: one replaced block on a portion of the validation text, in one"
          + " metric",
      "task VARCHAR key of the result, SHA-256",
      "layer INTEGER first layer that is replaced, counted from 0",
      "last_layer INTEGER last one",
      "variant VARCHAR what replaces it",
      "text_sha256 VARCHAR of the portion",
      "metric VARCHAR such as kl or lm_loss",
      "mean DOUBLE per token, in the unit of the metric",
      "standard_error DOUBLE of mean",
      "tokens BIGINT that were predicted"),
  TRAININGS(
      "trainings of the block library in the store, with normalised MSE before and after",
      "task VARCHAR key of the result, SHA-256",
      "part VARCHAR attention, ffn or block",
      "layer INTEGER first layer that is replaced, counted from 0",
      "last_layer INTEGER last one",
      "variant VARCHAR what replaces it",
      "steps INTEGER optimizer steps",
      "loss_before DOUBLE with the initial weights",
      "loss_after DOUBLE with the weights in the library",
      "weights VARCHAR how they are kept"),
  MEASUREMENTS(
      "whole models in the store that were measured: in rounds on the validation text, or in the"
          + " end on held-out text",
      "task VARCHAR key of the result, SHA-256",
      "kind VARCHAR child (rounds) or measure",
      "text_sha256 VARCHAR of the text",
      "metric VARCHAR such as kl or lm_loss",
      "mean DOUBLE per token, in the unit of the metric",
      "standard_error DOUBLE of mean",
      "tokens BIGINT that were predicted"),
  MEASURED_LAYERS(
      "the layers of the models of measurements",
      "task VARCHAR of measurements",
      "layer INTEGER first layer that is replaced, counted from 0",
      "last_layer INTEGER last one",
      "variant VARCHAR what replaces it"),
  STAGES(
      "how long the stages of finished searches took",
      "point VARCHAR of points",
      "stage VARCHAR such as distill",
      "seconds DOUBLE of the stage"),
  ESTIMATED_STAGES(
      "what stages were estimated to take before the search, and took",
      "point VARCHAR of points",
      "stage VARCHAR such as distill; all of its parts together",
      "estimated_seconds DOUBLE before",
      "seconds DOUBLE that it took"),
  TASKS(
      "how many tasks finished searches computed, and how many they had",
      "point VARCHAR of points",
      "kind VARCHAR such as train",
      "computed INTEGER tasks",
      "reused INTEGER tasks");

  /** Receives rows. */
  @FunctionalInterface
  public interface Sink {

    /**
     * Takes a row.
     *
     * @param cells a {@link String}, {@link Integer}, {@link Long}, {@link Double} or {@link
     *     Boolean} for each column
     */
    void add(RunTable table, Object... cells) throws IOException;
  }

  /** A column: its name, its type in the database, and what it is. */
  public record Column(String name, String type, String description) {

    private static Column of(String text) {
      String[] parts = text.split(" ", 3);
      return new Column(parts[0], parts[1], parts[2]);
    }
  }

  private final String description;

  @SuppressWarnings("ImmutableEnumChecker") // an unmodifiable list of records of text
  private final List<Column> columns;

  RunTable(String description, String... columns) {
    this.description = description;
    this.columns = Arrays.stream(columns).map(Column::of).toList();
  }

  /** Its name in queries. */
  public String id() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** What its rows are. */
  public String description() {
    return description;
  }

  public List<Column> columns() {
    return columns;
  }

  /** All tables in Markdown. */
  public static String reference() {
    StringBuilder text = new StringBuilder();
    for (RunTable table : values()) {
      text.append(
          "### `%s`%n%n%s.%n%n| column | type | is |%n|---|---|---|%n"
              .formatted(table.id(), sentence(table.description)));
      for (Column column : table.columns) {
        text.append(
            "| `%s` | %s | %s |%n"
                .formatted(
                    column.name(), column.type().toLowerCase(Locale.ROOT), column.description()));
      }
      text.append(System.lineSeparator());
    }
    return text.toString().stripTrailing();
  }

  private static String sentence(String text) {
    return Character.toUpperCase(text.charAt(0)) + text.substring(1);
  }
}
