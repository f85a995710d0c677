package io.github.puzzle4j.blocklib.library;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.puzzle4j.blocklib.checkpoint.TensorType;
import io.github.puzzle4j.blocklib.train.ActivationStore;
import io.github.puzzle4j.blocklib.train.TrainingSettings.EarlyStop;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Libraries and children whose blocks begin with fitted matrices. */
class FittedLibraryTest {

  @TempDir Path folder;

  private static Distillation settings(int steps, Distillation.Pairing pairing) {
    return TinyDistillation.settings(
        steps, pairing, Distillation.Form.SEPARATE, EarlyStop.never(), 5);
  }

  private BlockLibrary distil(
      TinyDistillation tiny, String name, Distillation settings, TensorType stored, Fit fit)
      throws IOException {
    BlockLibrary library =
        tiny.library(
            folder.resolve(name),
            settings,
            TinyDistillation.inputs(TinyDistillation.VALIDATION, stored, fit));
    tiny.distill(library, ActivationStore.inMemory(), one -> {});
    return library;
  }

  /** Without a step of training; what is told is true of the weights that a child would get. */
  @ParameterizedTest
  @EnumSource(Distillation.Pairing.class)
  void everyVariantWithWeightsIsBetterThanAPartOfTheTeacher(Distillation.Pairing pairing)
      throws IOException {
    try (TinyDistillation tiny = new TinyDistillation()) {
      BlockLibrary library =
          distil(tiny, "fitted", settings(0, pairing), TensorType.BF16, Fit.LEAST_SQUARES);
      tiny.visit(layer -> {
        for (TrainingStatistics one : TinyDistillation.statistics(library, layer.index())) {
          assertThat(one.lossAfter())
              .as(one.toString())
              .isEqualTo(tiny.validationLoss(library, layer, one.replacement()));
          if (Set.of("noop", "noop+noop").contains(one.variant())) {
            assertThat(one.lossAfter()).isEqualTo(one.lossBefore());
          } else if (one.part() != TrainedPart.BLOCK) {
            assertThat(one.lossAfter()).as(one.toString()).isLessThan(one.lossBefore());
          }
        }
      });
    }
  }

  @Test
  void trainingBeginsWithTheFit() throws IOException {
    try (TinyDistillation tiny = new TinyDistillation()) {
      Distillation settings = settings(20, Distillation.Pairing.DECOUPLED);
      List<TrainingStatistics> fits =
          distil(
                  tiny,
                  "fits",
                  settings(0, Distillation.Pairing.DECOUPLED),
                  TensorType.F32,
                  Fit.LEAST_SQUARES)
              .statistics();
      List<TrainingStatistics> fitted =
          distil(tiny, "fitted", settings, TensorType.F32, Fit.LEAST_SQUARES).statistics();
      List<TrainingStatistics> pruned =
          distil(tiny, "pruned", settings, TensorType.F32, Fit.NONE).statistics();
      double product = 1;
      int compared = 0;
      for (int i = 0; i < fitted.size(); i++) {
        assertThat(fitted.get(i).replacement()).isEqualTo(pruned.get(i).replacement());
        assertThat(fitted.get(i).lossBefore()).isEqualTo(pruned.get(i).lossBefore());
        assertThat(fitted.get(i).lossAfter()).isLessThanOrEqualTo(fits.get(i).lossAfter());
        if (fitted.get(i).steps() > 0) {
          product *= fitted.get(i).lossAfter() / pruned.get(i).lossAfter();
          compared++;
        }
      }
      assertThat(Math.pow(product, 1.0 / compared)).isLessThan(0.8);
    }
  }

  /** Blocks of a child correct what those before them have changed, without a step of training. */
  @Test
  void theBlocksOfAChildAreFittedOnItsOwnActivations() throws IOException {
    Distillation settings = settings(0, Distillation.Pairing.DECOUPLED);
    try (TinyDistillation tiny = new TinyDistillation(ChildDistillation.SPACE)) {
      BlockLibrary library = distil(tiny, "fitted", settings, TensorType.F32, Fit.LEAST_SQUARES);
      List<ChildDistillation.Trained> blocks = new ArrayList<>();
      ChildDistiller.Result result =
          new ChildDistiller(library, tiny.runner, tiny.batches, settings.settings(), 3)
              .distill(
                  tiny.memory,
                  ActivationStore.inMemory(),
                  ChildDistillation.CHILD,
                  ChildDistillation.listener(blocks));

      assertThat(result.tensors().names()).isNotEmpty();
      assertThat(blocks).hasSize(4);
      assertThat(blocks.getFirst().after()).as("the teacher's own layer").isZero();
      assertThat(blocks.subList(1, 4))
          .allSatisfy(one -> assertThat(one.after()).isLessThanOrEqualTo(one.before()));
      assertThat(blocks.getLast().after()).isLessThan(blocks.getLast().before());
    }
  }
}
