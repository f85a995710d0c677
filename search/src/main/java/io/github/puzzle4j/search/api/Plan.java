package io.github.puzzle4j.search.api;

import io.github.puzzle4j.blocklib.arch.Layer;
import io.github.puzzle4j.blocklib.model.ModelFolder;
import io.github.puzzle4j.export.CheckpointExporter;
import io.github.puzzle4j.export.Exporters;
import io.github.puzzle4j.search.plan.PlanDocument;
import io.github.puzzle4j.search.plan.PlanFile;
import io.github.puzzle4j.search.plan.PlanReader;
import io.github.puzzle4j.search.plan.PlanSetting;
import io.github.puzzle4j.search.plan.PlanTemplate;
import io.github.puzzle4j.search.plan.SearchPlan;
import io.github.puzzle4j.search.plan.SweepFile;
import io.github.puzzle4j.search.plan.Target;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** The plan of a search, or of a sweep of searches. Prints what it is about. */
public final class Plan {

  /** Formats of new plans, in this order where they can hold the teacher. */
  private static final List<String> FORMATS = List.of("huggingface", "gguf");

  /** Reads the plan with these settings. */
  @FunctionalInterface
  private interface Source {
    PlanDocument read(List<PlanSetting> settings) throws IOException;
  }

  private final String name;
  private final Source source;
  private final List<PlanSetting> settings;
  private final PlanDocument document;

  private Plan(String name, Source source, List<PlanSetting> settings) throws IOException {
    this.name = name;
    this.source = source;
    this.settings = List.copyOf(settings);
    this.document = source.read(settings);
  }

  /**
   * The plan in a file; relative paths in it start at its own folder.
   *
   * @throws io.github.puzzle4j.blocklib.InvalidInputException if it is missing or wrong, in one
   *     line
   */
  static Plan read(Path file) throws IOException {
    return new Plan(file.toString(), settings -> PlanReader.document(file, settings), List.of());
  }

  /** A plan with values that fit a checkpoint; its text is that of {@link #template}. */
  static Plan fitted(Path model, List<String> gpus) throws IOException {
    String text = template(model, gpus, List.of());
    Path here = absolute(Path.of(""));
    return new Plan(
        "plan for " + model,
        settings -> PlanReader.document("plan", here, text, settings),
        List.of());
  }

  /**
   * The text of a new plan with every key, its description, and values that fit a checkpoint.
   *
   * @param gpus names of GPU profiles, at least one
   * @param data files and folders of text; the generated text if there are none
   */
  public static String template(Path model, List<String> gpus, List<Path> data) throws IOException {
    try (ModelFolder teacher = ModelFolder.open(model)) {
      return PlanTemplate.of(
          absolute(model),
          teacher.model(),
          gpus,
          data.stream().map(Plan::absolute).toList(),
          formats(teacher));
    }
  }

  private static Path absolute(Path path) {
    return path.toAbsolutePath().normalize();
  }

  /** Those that have no objection to the teacher's own layers. */
  private static List<String> formats(ModelFolder teacher) throws IOException {
    List<Layer> layers = teacher.model().layers();
    List<String> formats = new ArrayList<>();
    for (String format : FORMATS) {
      CheckpointExporter exporter = Exporters.named(format);
      boolean holds = true;
      for (int i = 0; i < layers.size(); i++) {
        holds &= exporter.objection(teacher.model(), i, layers.get(i)).isEmpty();
      }
      if (holds) {
        formats.add(format);
      }
    }
    return formats;
  }

  /**
   * The same with another value of a key, such as {@code with("distill.steps", 100)} or {@code
   * with("space.attention", "[gqa_2, noop]")}.
   *
   * @param value as it is written in a plan
   * @throws io.github.puzzle4j.blocklib.InvalidInputException if there is no such key, or if the
   *     value is wrong
   */
  public Plan with(String key, Object value) throws IOException {
    List<PlanSetting> more = new ArrayList<>(settings);
    more.add(PlanSetting.parse("with", "%s=%s".formatted(key, value)));
    return new Plan(name, source, more);
  }

  /** The plan with all defaults, or the sweep, as YAML. */
  public String yaml() {
    return switch (document) {
      case PlanFile one -> PlanReader.write(one.plan());
      case SweepFile several -> several.text();
    };
  }

  PlanDocument document() {
    return document;
  }

  @Override
  public String toString() {
    return switch (document) {
      case PlanFile one -> "%s: %s".formatted(name, about(one.plan()));
      case SweepFile several ->
          "%s: a sweep of %d plans; the first: %s"
              .formatted(
                  name, several.points().size(), about(several.points().getFirst().file().plan()));
    };
  }

  private static String about(SearchPlan plan) {
    return "teacher %s, for %s; %d steps for each variant, scored on %d sequences of %d tokens"
        .formatted(
            plan.teacher().path(),
            plan.targets().stream().map(Target::gpuName).collect(Collectors.joining(", ")),
            plan.distill().steps(),
            plan.score().sequences(),
            plan.data().sequenceLength());
  }
}
