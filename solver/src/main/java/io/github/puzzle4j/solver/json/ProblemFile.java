package io.github.puzzle4j.solver.json;

import io.github.puzzle4j.solver.Bound;
import io.github.puzzle4j.solver.Candidate;
import io.github.puzzle4j.solver.InvalidProblemException;
import io.github.puzzle4j.solver.Limit;
import io.github.puzzle4j.solver.PairTerm;
import io.github.puzzle4j.solver.SelectionProblem;
import io.github.puzzle4j.solver.Sense;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A problem as a JSON file of schema 1. Required keys: {@code schema}, {@code layers} and {@code
 * candidates}. Defaults of the others: {@code sense} is {@code min}; {@code limits}, {@code
 * required}, {@code forbidden} and {@code pairs} are empty; {@code solutions} is 1; {@code
 * diversity} and a candidate's {@code standard_error} are 0.
 */
public final class ProblemFile {

  private static final int SCHEMA = 1;
  private static final List<String> PROBLEM_KEYS =
      List.of(
          "schema",
          "layers",
          "sense",
          "candidates",
          "limits",
          "required",
          "forbidden",
          "solutions",
          "diversity",
          "pairs");
  private static final List<String> CANDIDATE_KEYS =
      List.of("id", "layers", "score", "costs", "standard_error");
  private static final List<String> PAIR_KEYS = List.of("candidates", "score");
  private static final List<String> LIMIT_KEYS = List.of("min", "max");

  private ProblemFile() {}

  /**
   * Reads a problem file.
   *
   * @throws InvalidProblemException if the file is missing or invalid; one line with location and
   *     reason
   * @throws IOException if it cannot be read
   */
  public static SelectionProblem read(Path file) throws IOException {
    if (Files.isDirectory(file)) {
      throw new InvalidProblemException(file + ": is a folder, not a problem file");
    }
    if (Files.exists(file) && !Files.isRegularFile(file)) {
      // It could be read without end.
      throw new InvalidProblemException(file + ": is a pipe, a socket or a device, not a file");
    }
    try {
      return parse(Files.readAllBytes(file), file.toString());
    } catch (NoSuchFileException e) {
      throw new InvalidProblemException(file + ": no such file", e);
    }
  }

  /**
   * Parses the bytes of a problem file.
   *
   * @param name of the file, for error messages
   * @throws InvalidProblemException if it is invalid; one line with location and reason
   */
  public static SelectionProblem parse(byte[] json, String name) throws InvalidProblemException {
    try {
      return problem(Fields.of("the file", Json.tree(json), PROBLEM_KEYS));
    } catch (InvalidProblemException e) {
      throw new InvalidProblemException(name + ": " + e.getMessage(), e);
    }
  }

  private static SelectionProblem problem(Fields file) throws InvalidProblemException {
    int schema = file.wholeNumber("schema");
    if (schema != SCHEMA) {
      throw new InvalidProblemException(
          "schema is %d, this version reads %d".formatted(schema, SCHEMA));
    }
    int layers = file.wholeNumber("layers");
    Sense sense = file.has("sense") ? sense(file.text("sense")) : Sense.MIN;
    List<Candidate> candidates = new ArrayList<>();
    for (JsonNode node : file.array("candidates")) {
      candidates.add(candidate("candidates[%d]".formatted(candidates.size()), node));
    }
    Map<String, Limit> limits = file.has("limits") ? limits(file.required("limits")) : Map.of();
    List<String> required = file.has("required") ? file.texts("required") : List.of();
    List<String> forbidden = file.has("forbidden") ? file.texts("forbidden") : List.of();
    int solutions = file.has("solutions") ? file.wholeNumber("solutions") : 1;
    double diversity = file.has("diversity") ? file.number("diversity") : 0;
    List<PairTerm> pairs = file.has("pairs") ? pairs(file.array("pairs")) : List.of();
    try {
      return new SelectionProblem(
          layers, sense, candidates, limits, required, forbidden, solutions, diversity, pairs);
    } catch (IllegalArgumentException e) {
      throw new InvalidProblemException(oneLine(e), e);
    }
  }

  private static Sense sense(String text) throws InvalidProblemException {
    return switch (text) {
      case "min" -> Sense.MIN;
      case "max" -> Sense.MAX;
      default ->
          throw new InvalidProblemException(
              "sense must be \"min\" or \"max\", found \"%s\"".formatted(text));
    };
  }

  private static Candidate candidate(String where, JsonNode node) throws InvalidProblemException {
    Fields fields = Fields.of(where, node, CANDIDATE_KEYS);
    String id = fields.text("id");
    List<Integer> layers = new ArrayList<>();
    for (JsonNode layer : fields.array("layers")) {
      layers.add(Fields.wholeNumber(where + ".layers", layer));
    }
    double score = fields.number("score");
    Map<String, Double> costs = fields.has("costs") ? fields.numbers("costs") : Map.of();
    double error = fields.has("standard_error") ? fields.number("standard_error") : 0;
    try {
      return new Candidate(id, layers, score, costs, error);
    } catch (IllegalArgumentException e) {
      throw new InvalidProblemException(where + ": " + oneLine(e), e);
    }
  }

  private static List<PairTerm> pairs(List<JsonNode> nodes) throws InvalidProblemException {
    List<PairTerm> pairs = new ArrayList<>();
    for (JsonNode node : nodes) {
      String where = "pairs[%d]".formatted(pairs.size());
      Fields fields = Fields.of(where, node, PAIR_KEYS);
      List<String> ids = fields.texts("candidates");
      if (ids.size() != 2) {
        throw new InvalidProblemException(
            "%s.candidates: expected two ids, found %d".formatted(where, ids.size()));
      }
      double score = fields.number("score");
      try {
        pairs.add(new PairTerm(ids.getFirst(), ids.getLast(), score));
      } catch (IllegalArgumentException e) {
        throw new InvalidProblemException(where + ": " + oneLine(e), e);
      }
    }
    return pairs;
  }

  private static Map<String, Limit> limits(JsonNode node) throws InvalidProblemException {
    Map<String, Limit> limits = new LinkedHashMap<>();
    Fields fields = Fields.of("limits", node, List.of());
    for (String cost : fields.keys()) {
      String where = "limits." + cost;
      Fields sides = Fields.of(where, fields.required(cost), LIMIT_KEYS);
      try {
        limits.put(cost, limit(where, sides));
      } catch (IllegalArgumentException e) {
        throw new InvalidProblemException(where + ": " + oneLine(e), e);
      }
    }
    return limits;
  }

  private static Limit limit(String where, Fields sides) throws InvalidProblemException {
    if (sides.has("min") && sides.has("max")) {
      return new Limit.Between(sides.number("min"), sides.number("max"));
    }
    if (sides.has("max")) {
      return new Limit.AtMost(sides.number("max"));
    }
    if (sides.has("min")) {
      return new Limit.AtLeast(sides.number("min"));
    }
    throw new InvalidProblemException(where + ": has neither 'min' nor 'max'");
  }

  /** Replaces line breaks, which names in files may contain. */
  private static String oneLine(IllegalArgumentException e) {
    return String.valueOf(e.getMessage()).replaceAll("\\p{Cntrl}", "?");
  }

  /** Writes a problem in this format. */
  public static String toJson(SelectionProblem problem) {
    ObjectNode file = Json.object();
    file.put("schema", SCHEMA);
    file.put("layers", problem.layers());
    file.put("sense", problem.sense().name().toLowerCase(Locale.ROOT));
    ArrayNode candidates = file.putArray("candidates");
    for (Candidate candidate : problem.candidates()) {
      ObjectNode node = candidates.addObject();
      node.put("id", candidate.id());
      ArrayNode layers = node.putArray("layers");
      candidate.layers().forEach(layers::add);
      node.put("score", candidate.score());
      ObjectNode costs = node.putObject("costs");
      candidate.costs().forEach(costs::put);
      if (candidate.standardError() > 0) {
        node.put("standard_error", candidate.standardError());
      }
    }
    ObjectNode limits = file.putObject("limits");
    for (Bound bound : problem.bounds()) {
      limits
          .withObjectProperty(bound.cost())
          .put(bound.side().name().toLowerCase(Locale.ROOT), bound.value());
    }
    if (!problem.required().isEmpty()) {
      problem.required().forEach(file.putArray("required")::add);
    }
    if (!problem.forbidden().isEmpty()) {
      problem.forbidden().forEach(file.putArray("forbidden")::add);
    }
    file.put("solutions", problem.solutions());
    file.put("diversity", problem.diversity());
    if (!problem.pairs().isEmpty()) {
      ArrayNode pairs = file.putArray("pairs");
      problem.pairs().forEach(pair -> write(pair, pairs.addObject()));
    }
    return file.toString();
  }

  /** Adds {@code candidates} and {@code score} to an object. */
  static void write(PairTerm pair, ObjectNode node) {
    node.putArray("candidates").add(pair.first()).add(pair.second());
    node.put("score", pair.score());
  }
}
