package io.github.puzzle4j.blocklib.library;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.puzzle4j.blocklib.checkpoint.TensorType;
import io.github.puzzle4j.blocklib.train.ActivationStore;
import io.github.puzzle4j.blocklib.train.TrainingSettings.EarlyStop;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A killed run goes on at the same layer, variant and step, with activations on disk. */
class StepResumeTest {

  private static final long ROOM = 1 << 20;

  @TempDir Path folder;

  /** One read kills in the middle of a step, of a measurement or of a ranking. */
  @ParameterizedTest
  @CsvSource({
    "1, SEPARATE, DECOUPLED, NONE",
    "37, SEPARATE, DECOUPLED, NONE",
    "100, SEPARATE, DECOUPLED, NONE",
    "311, SEPARATE, COUPLED, NONE",
    "60, ELASTIC, DECOUPLED, LEAST_SQUARES",
    "201, ELASTIC, DECOUPLED, NONE",
    "23, SEPARATE, DECOUPLED, LEAST_SQUARES",
    "90, SEPARATE, COUPLED, LEAST_SQUARES",
    "500, SEPARATE, COUPLED, LEAST_SQUARES",
  })
  void whereverItIsKilledTheLibraryIsTheSame(
      int reads, Distillation.Form form, Distillation.Pairing pairing, Fit fit) throws IOException {
    Distillation settings = TinyDistillation.settings(8, pairing, form, new EarlyStop(3, 2), 3);
    distill(settings, fit, "whole", Integer.MAX_VALUE);
    assertThatThrownBy(() -> distill(settings, fit, "killed", reads)).hasMessage("killed");
    distill(settings, fit, "killed", Integer.MAX_VALUE);
    assertThat(TinyDistillation.files(folder.resolve("killed")))
        .isEqualTo(TinyDistillation.files(folder.resolve("whole")));
    assertThat(folder.resolve("killed-activations")).doesNotExist();
  }

  /** What has been done is not done again: fewer batches are read than by a whole run. */
  @Test
  void stepsBeforeTheLastStateAreNotRepeated() throws IOException {
    Distillation settings =
        TinyDistillation.settings(
            20, Distillation.Pairing.DECOUPLED, Distillation.Form.SEPARATE, EarlyStop.never(), 5);
    int whole = distill(settings, "whole", Integer.MAX_VALUE);
    int killedAt = 50;
    assertThatThrownBy(() -> distill(settings, "killed", killedAt)).hasMessage("killed");
    assertThat(TinyDistillation.files(folder.resolve("killed")).keySet())
        .anyMatch(file -> file.startsWith("unfinished/") && file.endsWith(".training"));
    int rest = distill(settings, "killed", Integer.MAX_VALUE);
    assertThat(rest).isLessThan(whole - killedAt / 2);
  }

  @Test
  void statesOfEndedTrainingsAreGone() throws IOException {
    Distillation settings =
        TinyDistillation.settings(
            6, Distillation.Pairing.COUPLED, Distillation.Form.ELASTIC, EarlyStop.never(), 2);
    distill(settings, "whole", Integer.MAX_VALUE);
    assertThat(TinyDistillation.files(folder.resolve("whole")).keySet())
        .isNotEmpty()
        .allMatch(file ->
            file.matches(
                "(rank|train)/[0-9a-f]{64}\\.json|train/[0-9a-f]{64}/weights\\.safetensors"));
  }

  /** How often activations were read. */
  private int distill(Distillation settings, String name, int reads) throws IOException {
    return distill(settings, Fit.NONE, name, reads);
  }

  private int distill(Distillation settings, Fit fit, String name, int reads) throws IOException {
    try (TinyDistillation tiny = new TinyDistillation();
        ActivationStore disk =
            ActivationStore.onDisk(folder.resolve(name + "-activations"), ROOM)) {
      KillingStore counting = new KillingStore(disk, reads);
      tiny.distill(
          tiny.library(
              folder.resolve(name),
              settings,
              TinyDistillation.inputs(TinyDistillation.VALIDATION, TensorType.BF16, fit)),
          counting,
          one -> {});
      return reads - counting.readsLeft();
    }
  }
}
