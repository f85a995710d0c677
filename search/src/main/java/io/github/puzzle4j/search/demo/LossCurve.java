package io.github.puzzle4j.search.demo;

import io.github.puzzle4j.blocklib.InvalidInputException;
import io.github.puzzle4j.blocklib.task.SealedJson;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Averages losses over intervals of steps. The curve is saved so that a training can be resumed.
 */
final class LossCurve {

  /** Contents of the file. */
  record Points(List<TeacherReport.CurvePoint> points) {

    Points {
      points = List.copyOf(points);
    }
  }

  private final Path file;
  private final int stepsPerPoint;
  private final List<TeacherReport.CurvePoint> points;
  private double sum;
  private int count;

  private LossCurve(Path file, int stepsPerPoint, List<TeacherReport.CurvePoint> points) {
    this.file = file;
    this.stepsPerPoint = stepsPerPoint;
    this.points = points;
  }

  /** Opens a curve and continues the one in the file, if it exists and is whole. */
  static LossCurve open(Path file, int stepsPerPoint) throws IOException {
    List<TeacherReport.CurvePoint> points = new ArrayList<>();
    if (Files.exists(file)) {
      try {
        points.addAll(SealedJson.read(file, Points.class).points());
      } catch (InvalidInputException damaged) {
        // The card then shows the losses from here on.
        points.clear();
      }
    }
    return new LossCurve(file, stepsPerPoint, points);
  }

  void add(int stepsDone, double loss) {
    // A resumed run repeats the steps since its last saved state.
    points.removeIf(point -> point.steps() >= stepsDone);
    if (stepsDone % stepsPerPoint == 1) {
      // So does a run that went back after NaN or infinity.
      sum = 0;
      count = 0;
    }
    sum += loss;
    count++;
    if (stepsDone % stepsPerPoint == 0) {
      points.add(new TeacherReport.CurvePoint(stepsDone, sum / count));
      sum = 0;
      count = 0;
      save();
    }
  }

  private void save() {
    try {
      SealedJson.write(file, new Points(points));
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  /** The latest mean; NaN before the end of the first interval. */
  double last() {
    return points.isEmpty() ? Double.NaN : points.getLast().loss();
  }

  /** Returns the curve and deletes the file; the model card holds the curve from then on. */
  List<TeacherReport.CurvePoint> close() throws IOException {
    Files.deleteIfExists(file);
    return List.copyOf(points);
  }
}
