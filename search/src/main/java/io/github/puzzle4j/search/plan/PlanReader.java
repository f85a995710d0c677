package io.github.puzzle4j.search.plan;

import io.github.puzzle4j.blocklib.InputFile;
import io.github.puzzle4j.blocklib.InvalidInputException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/**
 * Reads plans strictly: misspelt keys, wrong types and values out of range are reported with their
 * line.
 */
public final class PlanReader {

  private static final String DEFAULTS = "plan-defaults.yaml";

  private PlanReader() {}

  /**
   * Reads a plan; relative paths in it start at its own folder.
   *
   * @throws InvalidInputException if the plan is missing or wrong, in one line
   */
  public static SearchPlan read(Path file) throws IOException {
    return open(file, List.of()).plan();
  }

  /**
   * The same with the lines of the file, for later complaints.
   *
   * @param settings that replace values of the file, in this order
   */
  public static PlanFile open(Path file, List<PlanSetting> settings) throws IOException {
    return single(file.toString(), document(file, settings));
  }

  /**
   * Reads a plan, or a sweep of plans.
   *
   * @param settings that replace values of the file, in this order
   * @throws InvalidInputException if the file is missing or wrong, in one line
   */
  public static PlanDocument document(Path file, List<PlanSetting> settings) throws IOException {
    if (Files.notExists(file, LinkOption.NOFOLLOW_LINKS)) {
      throw new InvalidInputException("%s: no such plan".formatted(file));
    }
    InputFile.require(file);
    if (Files.size(file) > 4L * Yaml.MAXIMUM_CHARACTERS) {
      throw new InvalidInputException("%s: too large for a plan".formatted(file));
    }
    try {
      Path folder = Objects.requireNonNull(file.toAbsolutePath().getParent(), "plan folder");
      return document(file.toString(), folder, Files.readString(file), settings);
    } catch (CharacterCodingException binary) {
      throw new InvalidInputException("%s: not text in UTF-8".formatted(file), binary);
    }
  }

  /**
   * Reads a plan from text.
   *
   * @param source what to call the text in messages
   * @param folder where relative paths start
   * @throws InvalidInputException if the plan is wrong, in one line
   */
  public static SearchPlan parse(String source, Path folder, String text) throws IOException {
    return single(source, document(source, folder, text, List.of())).plan();
  }

  /** A file that may be a sweep, read from text as {@link #parse} does. */
  public static PlanDocument document(
      String source, Path folder, String text, List<PlanSetting> settings) throws IOException {
    YAMLMapper mapper = Yaml.mapper(folder);
    ObjectNode defaults = defaults(mapper).root();
    PlanTree written = PlanTree.parse(source, text, mapper).with(settings, defaults);
    SweepReader.Binder binder = tree -> bind(tree, defaults, folder, mapper);
    return written.root().has(SweepReader.KEY)
        ? SweepReader.read(written, defaults, binder, mapper.writeValueAsString(written.root()))
        : binder.bind(written);
  }

  private static PlanFile single(String source, PlanDocument document)
      throws InvalidInputException {
    return switch (document) {
      case PlanFile file -> file;
      case SweepFile sweep ->
          throw new InvalidInputException(
              "%s: is a sweep of %d plans, which 'puzzle4j search' runs; --out keeps each as points/*/plan.yaml"
                  .formatted(source, sweep.points().size()));
    };
  }

  private static PlanFile bind(
      PlanTree written, ObjectNode defaults, Path folder, YAMLMapper mapper)
      throws InvalidInputException {
    ObjectNode complete = (ObjectNode) merge(defaults.deepCopy(), written.root());
    complete.path("targets").forEach(target -> resolveGpuFile(folder, target));
    fitBackends(complete.path("targets"), written.root().path("targets"));
    for (String training : List.of("distill", "uptrain")) {
      fitWarmUp(complete.path(training), written.root().path(training));
    }
    try {
      return new PlanFile(mapper.treeToValue(complete, SearchPlan.class), written);
    } catch (JacksonException failure) {
      throw new InvalidInputException(new PlanMistake(written).describe(failure), failure);
    }
  }

  /** Resolves a target's {@code gpu} if it is a file. */
  private static void resolveGpuFile(Path folder, JsonNode target) {
    JsonNode gpu = target.path("gpu");
    if (gpu.isString() && Target.isFile(gpu.asString())) {
      ((ObjectNode) target).put("gpu", folder.resolve(gpu.asString()).normalize().toString());
    }
  }

  /** The default backend of this machine is one that it can run. */
  private static void fitBackends(JsonNode complete, JsonNode written) {
    for (int i = 0; i < complete.size(); i++) {
      boolean here = written.path(i).path("gpu").asString("").equals(Target.THIS_MACHINE);
      if (here && !written.path(i).has("backend")) {
        ((ObjectNode) complete.path(i)).put("backend", Target.BACKEND_HERE);
      }
    }
  }

  /** A default warm-up is no longer than a short training, or one that is switched off. */
  private static void fitWarmUp(JsonNode complete, JsonNode written) {
    JsonNode steps = written.path("steps");
    int warmUp = complete.path("warmupSteps").asInt(0);
    if (steps.isInt() && !written.has("warmupSteps") && steps.asInt() < warmUp) {
      ((ObjectNode) complete).put("warmupSteps", Math.max(0, steps.asInt()));
    }
  }

  /** The defaults of all keys. */
  static ObjectNode defaults() throws IOException {
    return defaults(Yaml.mapper(Path.of(""))).root();
  }

  /** The complete plan with defaults as YAML, as stored in a run. */
  public static String write(SearchPlan plan) {
    return Yaml.mapper(Path.of("")).writeValueAsString(plan);
  }

  /** The complete plan as a tree, with the keys and spellings of {@link #write}. */
  public static JsonNode tree(SearchPlan plan) {
    return Yaml.mapper(Path.of("")).valueToTree(plan);
  }

  private static PlanTree defaults(YAMLMapper mapper) throws IOException {
    return PlanTree.parse(DEFAULTS, defaultsText(), mapper);
  }

  /** The defaults of all keys, with comments that describe them. */
  static String defaultsText() throws IOException {
    try (InputStream stream =
        Objects.requireNonNull(PlanReader.class.getResourceAsStream(DEFAULTS), DEFAULTS)) {
      return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  /**
   * The plan completed with defaults. In a list of sections, the first default section completes
   * each section of the plan, and is not added by itself.
   */
  private static JsonNode merge(JsonNode defaults, JsonNode written) {
    if (defaults instanceof ObjectNode defaultSection && written instanceof ObjectNode section) {
      ObjectNode merged = section.objectNode();
      for (var entry : defaultSection.properties()) {
        JsonNode value = section.get(entry.getKey());
        if (value != null) {
          merged.set(entry.getKey(), merge(entry.getValue(), value));
        } else if (!isListOfSections(entry.getValue())) {
          merged.set(entry.getKey(), entry.getValue());
        }
      }
      for (var entry : section.properties()) {
        if (!defaultSection.has(entry.getKey())) {
          merged.set(entry.getKey(), entry.getValue());
        }
      }
      return merged;
    }
    if (isListOfSections(defaults) && written instanceof ArrayNode entries) {
      ArrayNode merged = entries.arrayNode();
      entries.forEach(entry -> merged.add(merge(defaults.get(0), entry)));
      return merged;
    }
    return written;
  }

  private static boolean isListOfSections(JsonNode node) {
    return node instanceof ArrayNode list && list.get(0) instanceof ObjectNode;
  }
}
