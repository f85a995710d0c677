package io.github.puzzle4j.search.run;

import io.github.puzzle4j.blocklib.checkpoint.Checkpoint;
import io.github.puzzle4j.blocklib.checkpoint.CheckpointWriter;
import io.github.puzzle4j.blocklib.checkpoint.ConfigFile;
import io.github.puzzle4j.blocklib.checkpoint.RoundedWeights;
import io.github.puzzle4j.blocklib.checkpoint.StoredFormat.Matrices;
import io.github.puzzle4j.blocklib.task.Digests;
import io.github.puzzle4j.export.ExportSummary;
import io.github.puzzle4j.scoring.cost.ServingFormat;
import io.github.puzzle4j.scoring.quality.Evaluation;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What a child is worth with its weights in fewer bits, as engines serve it. Activations are not
 * rounded.
 */
final class RoundedMeasuring {

  private static final Set<String> WHOLE = Set.of("F32", "F16", "BF16");

  private final Measuring measuring;

  RoundedMeasuring(Measuring measuring) {
    this.measuring = measuring;
  }

  /** Measures what was written by reading it; empty where it is in 16 bits. */
  Optional<Evaluation> ofExport(ChildWeights child, ExportSummary written) throws IOException {
    Optional<Path> model =
        written.files().stream().flatMap(file -> model(file).stream()).findFirst();
    if (model.isEmpty()) {
      return Optional.empty();
    }
    try (Checkpoint read = Checkpoint.open(model.get())) {
      return WHOLE.containsAll(read.storedBytes().keySet())
          ? Optional.empty()
          : Optional.of(measuring.measure(child, digests(written), read));
    }
  }

  /** The folder or file that is opened for one of its files. */
  private static Optional<Path> model(Path file) {
    if (file.endsWith(ConfigFile.NAME)) {
      return Optional.ofNullable(file.toAbsolutePath().getParent());
    }
    return file.toString().endsWith(".gguf") ? Optional.of(file) : Optional.empty();
  }

  private static List<String> digests(ExportSummary written) throws IOException {
    List<String> digests = new ArrayList<>();
    for (Path file : written.files()) {
      if (file.toString().matches(".*\\.(safetensors|gguf)")) {
        digests.add(Digests.of(file));
      }
    }
    return digests;
  }

  /**
   * Measures the child in the format of its prices, in memory; empty where that has no fewer bits,
   * is not written, or was measured by reading what was.
   *
   * @param configs of what was written, of which one may be in that format
   */
  Optional<Evaluation> inFormatOf(ChildWeights child, ServingFormat priced, List<Path> configs)
      throws IOException {
    Optional<Matrices> matrices = rounded(priced);
    if (matrices.isEmpty()) {
      return Optional.empty();
    }
    for (Path config : configs) {
      if (ConfigFile.storedFormat(config).matrices() == matrices.get()) {
        return Optional.empty();
      }
    }
    boolean fits =
        matrices.get() != Matrices.NVFP4
            || child.child().model().tensors().entrySet().stream()
                .filter(entry -> entry.getKey().startsWith("model.layers."))
                .allMatch(entry -> entry.getValue().getLast() % CheckpointWriter.NVFP4_BLOCK == 0);
    if (!fits) {
      return Optional.empty();
    }
    List<String> sources = new ArrayList<>(child.sources());
    sources.add(Digests.of("rounded to " + matrices.get()));
    return Optional.of(
        measuring.measure(
            new ChildWeights(
                child.child(), new RoundedWeights(child.tensors(), matrices.get()), sources)));
  }

  private static Optional<Matrices> rounded(ServingFormat priced) {
    return switch (priced.weights()) {
      case FP8 -> Optional.of(Matrices.FP8);
      case FP8_STATIC -> Optional.of(Matrices.FP8_STATIC);
      case NVFP4 -> Optional.of(Matrices.NVFP4);
      case FP32, BF16, FP8_BLOCK -> Optional.empty();
    };
  }
}
