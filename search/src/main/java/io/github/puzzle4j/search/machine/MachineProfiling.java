package io.github.puzzle4j.search.machine;

import io.github.puzzle4j.blocklib.AtomicFile;
import io.github.puzzle4j.blocklib.Json;
import io.github.puzzle4j.blocklib.arch.Model;
import io.github.puzzle4j.blocklib.tensor.ComputeDevice;
import io.github.puzzle4j.scoring.profile.MachineProfile;
import io.github.puzzle4j.scoring.profile.ProfileQuestion;
import io.github.puzzle4j.scoring.profile.ProfiledEngine;
import io.github.puzzle4j.scoring.profile.TorchMachine;
import io.github.puzzle4j.search.llamacpp.LlamaCppEngine;
import io.github.puzzle4j.search.progress.Progress;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/**
 * Measures a machine for a teacher and its variants, and writes it as a target that plans and
 * {@code cost} take.
 *
 * @param machine that is measured
 * @param engines of which each is measured
 * @param question what is measured
 */
public record MachineProfiling(
    TorchMachine machine, List<ProfiledEngine> engines, ProfileQuestion question) {

  private static final List<Integer> USUAL_CONTEXTS = List.of(32, 256);
  private static final List<Integer> USUAL_BATCHES = List.of(1, 8);

  public MachineProfiling {
    engines = List.copyOf(engines);
  }

  /**
   * All engines of the processor, with the variants, lengths and batches that the command takes if
   * nothing else is said.
   *
   * @param time for each engine
   */
  public static MachineProfiling usual(Model teacher, Duration time) throws IOException {
    int threads = Runtime.getRuntime().availableProcessors();
    TorchMachine machine = TorchMachine.of(ComputeDevice.processor(), threads);
    ProfileSpace space = ProfileSpace.usual(teacher);
    return new MachineProfiling(
        machine,
        List.of(machine.engine(), new LlamaCppEngine()),
        new ProfileQuestion(
            teacher,
            space.attention(),
            space.ffn(),
            USUAL_CONTEXTS,
            USUAL_BATCHES,
            threads,
            time,
            machine.machine().datasheet().l2Bytes()));
  }

  /**
   * Measures and writes.
   *
   * @param out the target's file, which has its name
   * @param otherwise the target's name if that of the file cannot be one
   */
  public MachineProfile write(Path out, String otherwise, Progress progress) throws IOException {
    MachineProfile profile;
    try (ProfileSteps steps = new ProfileSteps(progress.start("profile", 100L * engines.size()))) {
      profile =
          MachineProfile.measure(
              targetName(out, otherwise), machine.machine(), engines, question, steps);
    }
    AtomicFile.writeString(
        out,
        Json.mapper().writerWithDefaultPrettyPrinter().writeValueAsString(profile.target()) + "\n");
    return profile;
  }

  /** The file's name in the letters that a target's name may have. */
  private static String targetName(Path out, String otherwise) {
    String name =
        String.valueOf(out.getFileName())
            .toLowerCase(Locale.ROOT)
            .replaceFirst("\\.json$", "")
            .replaceAll("[^a-z0-9._-]", "-");
    return name.matches("[a-z0-9].*") ? name : otherwise;
  }
}
