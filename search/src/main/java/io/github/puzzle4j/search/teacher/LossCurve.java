package io.github.puzzle4j.search.teacher;

import io.github.puzzle4j.blocklib.AtomicFile;
import io.github.puzzle4j.blocklib.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Averages losses over stretches of steps; kept on disk while the training may be stopped. */
final class LossCurve {

  /** What the file holds. */
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

  /** A curve that goes on from what an earlier run left in the file. */
  static LossCurve open(Path file, int stepsPerPoint) throws IOException {
    List<TeacherReport.CurvePoint> points = new ArrayList<>();
    if (Files.exists(file)) {
      points.addAll(Json.read(file, Points.class).points());
    }
    return new LossCurve(file, stepsPerPoint, points);
  }

  void add(int stepsDone, double loss) {
    // A run that was stopped between two states does the steps after the first of them again.
    points.removeIf(point -> point.steps() >= stepsDone);
    if (stepsDone % stepsPerPoint == 1) {
      // So does one that went back from numbers that were none.
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
      AtomicFile.writeString(file, Json.mapper().writeValueAsString(new Points(points)));
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  /** The newest mean; NaN before the first stretch has ended. */
  double last() {
    return points.isEmpty() ? Double.NaN : points.getLast().loss();
  }

  /** The whole curve; the file is deleted, since the model card will hold it. */
  List<TeacherReport.CurvePoint> close() throws IOException {
    Files.deleteIfExists(file);
    return List.copyOf(points);
  }
}
