package io.github.puzzle4j.search.query;

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
  TARGETS(
      "the targets of finished searches, each with its solver's proof for the choice by scores",
      "point VARCHAR of points",
      "target VARCHAR GPU and serving engine",
      "target_number INTEGER place in the plan, counted from 0",
      "scenario VARCHAR the requests that are served",
      "budget VARCHAR the limits",
      "proof VARCHAR OPTIMAL or FEASIBLE",
      "objective DOUBLE sum of scores of the choice",
      "bound DOUBLE no choice is better than this",
      "solve_seconds DOUBLE of all problems together",
      "backend VARCHAR of the solver"),
  MODELS(
      "the teacher, the child and the baselines of each target, with predicted costs and measured"
          + " quality",
      "point VARCHAR of points",
      "target_number INTEGER of targets",
      "model VARCHAR such as teacher, child, child after GKD, greedy",
      "tokens_per_second_per_gpu DOUBLE predicted output tokens",
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
  MODEL_LAYERS(
      "the layers of these models",
      "point VARCHAR of points",
      "target_number INTEGER of targets",
      "model VARCHAR of models",
      "layer INTEGER first layer that is replaced, counted from 0",
      "last_layer INTEGER last one",
      "variant VARCHAR what replaces it"),
  FRONTIER(
      "the solver's best choices along the throughput",
      "point VARCHAR of points",
      "target_number INTEGER of targets",
      "tokens_per_second_per_gpu DOUBLE predicted output tokens",
      "predicted_loss DOUBLE sum of scores"),
  VARIANT_SCORES(
      "the scores that a finished search chose by",
      "point VARCHAR of points",
      "layer INTEGER first layer that is replaced, counted from 0",
      "variant VARCHAR what replaces it",
      "loss DOUBLE what the plan minimises, less the teacher's",
      "loss_standard_error DOUBLE of loss"),
  CANDIDATES(
      "what the solver chooses from: the problem of each target",
      "point VARCHAR of points",
      "folder VARCHAR of the target",
      "candidate VARCHAR such as L3/gqa_2+ffn_384",
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
  TASKS(
      "how many tasks finished searches computed, and how many they had",
      "point VARCHAR of points",
      "kind VARCHAR such as train",
      "computed INTEGER tasks",
      "reused INTEGER tasks");

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
