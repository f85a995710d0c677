package io.github.puzzle4j.search.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.puzzle4j.blocklib.checkpoint.Checkpoint;
import io.github.puzzle4j.blocklib.tensor.ComputeDevice;
import io.github.puzzle4j.blocklib.tensor.Precision;
import io.github.puzzle4j.search.progress.Progress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TeacherFactoryTest {

  private static final TeacherRecipe RECIPE =
      new TeacherRecipe(3, 100, 2, 48, 3e-3, Precision.FLOAT32, 1, 32, 48, 2, 1);

  @TempDir Path folder;

  @Test
  void trainingWritesACheckpointAndAModelCard() throws IOException {
    TeacherReport report =
        new TeacherFactory(Progress.silent(), ComputeDevice.processor()).make(RECIPE, folder);

    assertThat(report.curve()).extracting(TeacherReport.CurvePoint::steps).containsExactly(50, 100);
    assertThat(report.curve().getLast().loss()).isLessThan(report.curve().getFirst().loss());
    assertThat(report.heldOut().loss().mean()).isLessThan(report.curve().getFirst().loss());
    try (Checkpoint stored = Checkpoint.open(folder)) {
      assertThat(stored.model().parameters()).isEqualTo(report.parameters());
    }
    assertThat(folder.resolve("README.md"))
        .content()
        .contains("--seed 3 --steps 100 --batch 2 --sequence 48", "| recall |");
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrder(
              ".lock",
              "README.md",
              "config.json",
              "model.safetensors",
              "tokenizer.json",
              "tokenizer_config.json");
    }
  }

  @Test
  void resumedCurvesContinue() throws IOException {
    Path file = folder.resolve("curve.json");
    LossCurve first = LossCurve.open(file, 2);
    for (int step = 1; step <= 5; step++) {
      first.add(step, step);
    }

    LossCurve second = LossCurve.open(file, 2);
    for (int step = 3; step <= 6; step++) {
      second.add(step, 10 * step);
    }

    assertThat(second.close())
        .isEqualTo(
            List.of(
                new TeacherReport.CurvePoint(2, 1.5),
                new TeacherReport.CurvePoint(4, 35),
                new TeacherReport.CurvePoint(6, 55)));
    assertThat(file).doesNotExist();
  }
}
