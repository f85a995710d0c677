package io.github.puzzle4j.search.api;

import io.github.puzzle4j.blocklib.InvalidInputException;
import io.github.puzzle4j.blocklib.tensor.Precision;
import io.github.puzzle4j.scoring.quality.Evaluation;
import io.github.puzzle4j.scoring.quality.Metric;
import io.github.puzzle4j.scoring.quality.Score;
import io.github.puzzle4j.search.evaluate.ModelEvaluation;
import io.github.puzzle4j.search.evaluate.ModelMeasurement;
import io.github.puzzle4j.search.progress.Progress;
import io.github.puzzle4j.solver.json.NearestName;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What a model is measured on.
 *
 * @param text a file or folder of text; empty for none
 * @param questions files of questions with right answers
 * @param teacher a model to measure divergences from; empty for none
 * @param metrics further ones, such as {@code js}; they need a teacher
 * @param precision of matrix products: {@code float32} or {@code bfloat16}
 */
public record TestData(
    String text, List<String> questions, String teacher, List<String> metrics, String precision) {

  public TestData {
    questions = List.copyOf(questions);
    metrics = List.copyOf(metrics);
  }

  /** Text in a file or folder. */
  public static TestData text(String path) {
    return new TestData(path, List.of(), "", List.of(), "float32");
  }

  /** Questions in files of JSON Lines. */
  public static TestData questions(String... files) {
    return new TestData("", List.of(files), "", List.of(), "float32");
  }

  /** The same with questions in files of JSON Lines. */
  public TestData and(String... files) {
    return new TestData(text, List.of(files), teacher, metrics, precision);
  }

  /** The same with divergences from a model, and further metrics by name. */
  public TestData against(String model, String... names) {
    return new TestData(text, questions, model, List.of(names), precision);
  }

  /** The same with matrix products in {@code float32} or {@code bfloat16}. */
  public TestData in(String type) {
    return new TestData(text, questions, teacher, metrics, type);
  }

  /** Measures a model. */
  Table measure(Path model, ModelEvaluation.Device device, Progress progress) throws IOException {
    if (text.isEmpty() && questions.isEmpty()) {
      throw new InvalidInputException("nothing to measure: neither text nor questions");
    }
    return table(
        new ModelEvaluation(
                model,
                path(text),
                questions.stream().map(Path::of).toList(),
                path(teacher),
                requested(),
                products(),
                OptionalInt.empty())
            .run(device, progress));
  }

  private static Optional<Path> path(String name) {
    return name.isEmpty() ? Optional.empty() : Optional.of(Path.of(name));
  }

  private Precision products() throws InvalidInputException {
    return Arrays.stream(Precision.values())
        .filter(one -> one.name().equalsIgnoreCase(precision))
        .findFirst()
        .orElseThrow(() ->
            new InvalidInputException(
                "no precision '%s'; there are: float32, bfloat16".formatted(precision)));
  }

  private List<Metric> requested() throws InvalidInputException {
    List<Metric> all = new ArrayList<>();
    for (String name : metrics) {
      all.add(
          Metric.named(name)
              .orElseThrow(() ->
                  new InvalidInputException(
                      "no metric '%s'; %s"
                          .formatted(
                              name,
                              NearestName.hint(
                                  name,
                                  Arrays.stream(Metric.values()).map(Metric::id).toList())))));
    }
    return all;
  }

  private static Table table(ModelMeasurement measured) {
    Table table = Table.of("measured", "value", "standard_error", "of");
    if (measured.text().isPresent()) {
      Evaluation text = measured.text().get();
      for (Map.Entry<Metric, Score> one : text.metrics().entrySet()) {
        Score score = one.getValue();
        table = table.with(one.getKey().id(), score.mean(), score.standardError(), score.tokens());
      }
      for (var task : text.tasks().entrySet()) {
        table = table.with(task.getKey(), task.getValue().accuracy(), "", task.getValue().asked());
      }
    }
    for (var task : measured.questions().entrySet()) {
      double accuracy = task.getValue().accuracy();
      table =
          table.with(
              task.getKey(),
              accuracy,
              task.getValue().standardError(accuracy),
              task.getValue().asked());
    }
    return table;
  }
}
