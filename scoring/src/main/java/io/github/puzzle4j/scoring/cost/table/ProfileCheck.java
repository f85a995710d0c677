package io.github.puzzle4j.scoring.cost.table;

import io.github.puzzle4j.blocklib.InvalidInputException;
import io.github.puzzle4j.scoring.cost.target.PredictedKernels;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.TreeMap;

/**
 * Errors of a profile's predictions for a table.
 *
 * @param total over all rows
 * @param byOperation by operation and number format as named in the table
 * @param skipped number of rows that were not predicted, by reason
 * @param worst rows with the largest errors, in descending order
 */
public record ProfileCheck(
    RelativeErrors total,
    List<OperationErrors> byOperation,
    Map<String, Integer> skipped,
    List<Prediction> worst) {

  /** Errors of an operation in a number format. */
  public record OperationErrors(String operation, String dtype, RelativeErrors errors) {}

  /** A row with its prediction. */
  public record Prediction(MeasuredCall measured, double seconds) {

    /** Error relative to the measured time. */
    public double error() {
      return RelativeErrors.of(seconds, measured.seconds());
    }
  }

  private record Operation(String name, String dtype) implements Comparable<Operation> {

    private static final Comparator<Operation> ORDER =
        Comparator.comparing(Operation::name).thenComparing(Operation::dtype);

    @Override
    public int compareTo(Operation other) {
      return ORDER.compare(this, other);
    }
  }

  /**
   * Predicts every row as measured in tables: with nothing else running.
   *
   * @param worst number of worst rows to list
   * @throws InvalidInputException if no row can be predicted, with the reason
   */
  public static ProfileCheck of(PredictedKernels kernels, KernelTable table, int worst)
      throws InvalidInputException {
    Map<String, Integer> skipped = new TreeMap<>(table.skipped());
    Map<Operation, List<Prediction>> predictions = new TreeMap<>();
    for (MeasuredCall measured : table.calls()) {
      OptionalDouble seconds = kernels.secondsAlone(measured.call());
      if (seconds.isPresent()) {
        predictions
            .computeIfAbsent(
                new Operation(measured.operation(), measured.dtype()), key -> new ArrayList<>())
            .add(new Prediction(measured, seconds.getAsDouble()));
      } else {
        skipped.merge(
            "no coefficients for %s %s".formatted(measured.operation(), measured.dtype()),
            1,
            Integer::sum);
      }
    }
    List<Prediction> all = predictions.values().stream().flatMap(List::stream).toList();
    if (all.isEmpty()) {
      throw new InvalidInputException(
          skipped.isEmpty()
              ? "the tables have no row to predict"
              : "no row of the tables can be predicted: " + skipped);
    }
    return new ProfileCheck(errors(all), byOperation(predictions), skipped, worst(all, worst));
  }

  private static List<OperationErrors> byOperation(Map<Operation, List<Prediction>> predictions) {
    List<OperationErrors> operations = new ArrayList<>();
    predictions.forEach((operation, rows) ->
        operations.add(new OperationErrors(operation.name(), operation.dtype(), errors(rows))));
    return List.copyOf(operations);
  }

  private static RelativeErrors errors(List<Prediction> predictions) {
    return RelativeErrors.of(predictions.stream().mapToDouble(Prediction::error).toArray());
  }

  private static List<Prediction> worst(List<Prediction> predictions, int count) {
    return predictions.stream()
        .sorted(Comparator.comparingDouble(Prediction::error).reversed())
        .limit(count)
        .toList();
  }
}
