package io.github.puzzle4j.solver.puzzletron;

import io.github.puzzle4j.solver.Candidate;
import io.github.puzzle4j.solver.InvalidProblemException;
import io.github.puzzle4j.solver.Limit;
import io.github.puzzle4j.solver.Selection;
import io.github.puzzle4j.solver.Sense;
import io.github.puzzle4j.solver.SolveResult;
import io.github.puzzle4j.solver.json.Json;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.StringJoiner;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Writes {@code solutions.json} in the format of Puzzletron's next stage, marked as written by
 * puzzle4j.
 */
final class SolutionsFile {

  static final Path FOLDER = Path.of("mip", "puzzle_solutions");
  static final String NAME = "solutions.json";

  private static final String MARK = "solved_by";
  private static final String OWN_NAME = "puzzle4j";
  private static final int MAX_NAME_LENGTH = 160;
  private static final double MILLISECONDS = 1000;
  private static final double WHOLE_BELOW = 0x1p53;

  private final PuzzletronProblem run;

  SolutionsFile(PuzzletronProblem run) {
    this.run = run;
  }

  /** The folder next to Puzzletron's own result for these arguments and limits. */
  static Path place(
      Path run, Block.Generation generation, PuzzletronProblem.Origin origin, String metric) {
    Path folder = run.resolve(FOLDER);
    if (!origin.distinction().isEmpty()) {
      folder = folder.resolve(fileName(named(origin.distinction())));
    } else if (generation == Block.Generation.SECOND) {
      folder = folder.resolve("default");
    }
    String limits = origin.limits().isEmpty() ? "no_limits" : named(texts(origin.limits()));
    String measure = metric.equals(Metrics.DEFAULTS.getFirst()) ? "" : "-" + metric;
    return folder.resolve(fileName(limits + measure) + "-" + OWN_NAME).resolve(NAME);
  }

  private static Map<String, String> texts(Map<String, Limit> limits) {
    Map<String, String> texts = new LinkedHashMap<>();
    limits.forEach((name, limit) ->
        texts.put(
            name,
            switch (limit) {
              case Limit.AtMost(double max) -> plain(max);
              case Limit.AtLeast(double min) -> plain(min) + "_or_more";
              case Limit.Between(double min, double max) -> plain(min) + "_to_" + plain(max);
            }));
    return texts;
  }

  private static String plain(double value) {
    return BigDecimal.valueOf(value).stripTrailingZeros().toPlainString();
  }

  private static String named(Map<String, String> values) {
    StringJoiner joined = new StringJoiner("-");
    values.forEach((name, value) -> joined.add(name + "_" + value));
    return joined.toString();
  }

  /** Sanitises names and values from files, so that they cannot change the folder. */
  private static String fileName(String text) {
    String safe = text.replaceAll("[^A-Za-z0-9_@+-]", "_");
    return safe.length() <= MAX_NAME_LENGTH
        ? safe
        : safe.substring(0, MAX_NAME_LENGTH) + "-%08x".formatted(text.hashCode());
  }

  /** Whether this class wrote the file. */
  static boolean isOurs(Value content) {
    return content.node().isArray()
        && !content.node().isEmpty()
        && content
            .node()
            .valueStream()
            .allMatch(one -> one.path(MARK).path("name").asString("").equals(OWN_NAME));
  }

  static void requireReplaceable(Path file) throws IOException {
    if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    Optional<Value> content = Value.readIfThere(file);
    if (content.isEmpty() || !isOurs(content.get())) {
      throw new InvalidProblemException(
          "%s: is there already and was not written by puzzle4j; it is not replaced"
              .formatted(file));
    }
  }

  /** All selections as a JSON list. */
  String json(SolveResult.Solved result) throws InvalidProblemException {
    ArrayNode solutions = Json.array();
    for (Selection selection : result.selections()) {
      add(solutions.addObject(), selection, result, solutions.size() - 1);
    }
    return Json.pretty(solutions) + "\n";
  }

  private void add(ObjectNode solution, Selection selection, SolveResult.Solved result, int rank)
      throws InvalidProblemException {
    List<Block> blocks = new ArrayList<>();
    ArrayNode chosen = solution.putArray("chosen_replacements");
    for (Candidate candidate : selection.chosen()) {
      PuzzletronProblem.Choice choice = run.choice(candidate.id());
      addReplacement(chosen.addObject(), choice);
      blocks.add(choice.replacement().block());
    }
    String objective = Metrics.objective(run.metric());
    solution.putObject("total_value").put(objective, selection.objective());
    addCosts(solution.putObject("total_costs"), selection);
    addArguments(solution.putObject("puzzle_args"), objective);
    solution.set("subblock_stats", run.statistics().args().node().deepCopy());
    ArrayNode configs = solution.putArray("chosen_block_configs");
    blocks.forEach(block -> configs.add(block.config().node().deepCopy()));
    solution.put("solution_repr", BlockText.lines(blocks));
    solution.put("solution_rank", rank);
    ObjectNode mark = solution.putObject(MARK);
    mark.put("name", OWN_NAME);
    mark.put("backend", result.effort().backend());
    mark.put("proven", result.proven());
    mark.put("bound", result.bound());
    mark.put("gap", result.gap());
  }

  private static void addReplacement(ObjectNode row, PuzzletronProblem.Choice choice)
      throws InvalidProblemException {
    Replacement replacement = choice.replacement();
    JsonNode config = replacement.block().config().node();
    row.set("block_config", config.deepCopy());
    if (replacement.teacher()) {
      row.put("block_idx", replacement.firstLayer());
    }
    ArrayNode layers = row.putArray("parent_layer_indices");
    replacement.layers().forEach(layers::add);
    ObjectNode metrics = row.putObject("metrics");
    replacement.metrics().entrySet().stream()
        .filter(entry -> Double.isFinite(entry.getValue()))
        .sorted(Map.Entry.comparingByKey())
        .forEach(entry -> metrics.put(entry.getKey(), entry.getValue()));
    row.set("layer_replacement", replacement.raw().deepCopy());
    row.put("is_teacher", replacement.teacher());
    ObjectNode stats = row.putObject("stats");
    choice.costs().forEach((name, value) -> put(stats, name, value));
    row.put("block_repr", BlockText.line(replacement.block()));
    row.set("child_block_configs", config.deepCopy());
  }

  private void addCosts(ObjectNode costs, Selection selection) throws InvalidProblemException {
    selection.costs().forEach((name, value) -> put(costs, name, value));
    Optional<Double> tokens = new Targets(run.statistics()).generatedTokens();
    double runtime = selection.costs().getOrDefault(Targets.PREFIX + "runtime_ms", 0.0);
    if (tokens.isPresent() && runtime > 0) {
      costs.put("throughput", MILLISECONDS * tokens.get() / runtime);
    }
  }

  private void addArguments(ObjectNode arguments, String objective) {
    arguments.put("objective", objective);
    arguments.put("bigger_is_better", run.problem().sense() == Sense.MAX);
    ObjectNode constraints = arguments.putObject("mip_constraints");
    run.limits()
        .forEach((name, limit) -> {
          switch (limit) {
            case Limit.AtMost(double max) -> put(constraints, name, max);
            case Limit.AtLeast(double min) -> constraints.putArray(name).add(min).addNull();
            case Limit.Between(double min, double max) ->
                constraints.putArray(name).add(min).add(max);
          }
        });
    arguments.putNull("human_constraints");
    arguments.set("subblock_stats_args", run.statistics().args().node().deepCopy());
  }

  /** Writes whole numbers as integers, as Puzzletron does. */
  private static void put(ObjectNode object, String name, double value) {
    if (value == Math.rint(value) && Math.abs(value) < WHOLE_BELOW) {
      object.put(name, (long) value);
    } else {
      object.put(name, value);
    }
  }
}
