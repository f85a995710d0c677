package io.github.puzzle4j.search.doctor;

import io.github.puzzle4j.blocklib.tensor.engine.ComputeEngine;
import io.github.puzzle4j.blocklib.tensor.engine.Engines;
import io.github.puzzle4j.search.plan.Computing;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.annotation.JsonNaming;

/**
 * Whether a search can run here.
 *
 * @param ready whether the engine loads that commands use if nothing is said
 * @param engine the name of that engine
 * @param engines all that were asked
 * @param machine what they run on
 * @param remedies one line for each thing that is missing
 */
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
public record Diagnosis(
    boolean ready,
    String engine,
    List<EngineCheck> engines,
    Surroundings machine,
    List<String> remedies) {

  private static final long LEAST_MEMORY = 2L << 30;
  private static final long LEAST_DISK = 10L << 30;

  public Diagnosis {
    engines = List.copyOf(engines);
    remedies = List.copyOf(remedies);
  }

  /**
   * Of all engines, each in a process of its own.
   *
   * @param folder where a run would go
   */
  public static Diagnosis ofAll(Path folder) throws IOException {
    List<EngineCheck> engines = new ArrayList<>();
    for (ComputeEngine engine : Engines.all()) {
      engines.add(OwnProcess.check(engine.id()));
    }
    return of(Computing.usual().engine(), engines, folder);
  }

  /** Of one engine, in this process. */
  public static Diagnosis ofOne(ComputeEngine engine, Path folder) throws IOException {
    return of(engine.id(), List.of(EngineCheck.of(engine)), folder);
  }

  private static Diagnosis of(String usual, List<EngineCheck> engines, Path folder)
      throws IOException {
    Surroundings machine = Surroundings.here(folder);
    boolean ready =
        engines.stream().anyMatch(engine -> engine.id().equals(usual) && engine.found());
    return new Diagnosis(ready, usual, engines, machine, remedies(usual, engines, machine));
  }

  private static List<String> remedies(
      String usual, List<EngineCheck> engines, Surroundings machine) {
    List<String> remedies = new ArrayList<>();
    List<EngineCheck> found = engines.stream().filter(EngineCheck::found).toList();
    for (EngineCheck engine : engines) {
      engine.problem().ifPresent(problem -> remedies.add(engine.id() + ": " + problem));
    }
    if (!found.isEmpty() && found.stream().noneMatch(engine -> engine.id().equals(usual))) {
      remedies.add(
          "%s is used if nothing is said: set %s=%s"
              .formatted(usual, Computing.VARIABLE, found.getFirst().id()));
    }
    if (found.stream().allMatch(engine -> engine.gpus().isEmpty())) {
      machine
          .driver()
          .ifPresent(driver ->
              remedies.add(
                  ("there is an NVIDIA driver, %s, and no engine that computes on a GPU: name a"
                          + " PyTorch that is built for CUDA in PUZZLE4J_TORCH")
                      .formatted(driver)));
    }
    for (EngineCheck engine : found) {
      engine
          .processor()
          .filter(rates -> !rates.bfloat16IsFaster())
          .ifPresent(rates ->
              remedies.add(
                  "%s: products in bfloat16 are %.1f times slower on this processor: keep"
                          .formatted(engine.id(), rates.float32Gflops() / rates.bfloat16Gflops())
                      + " 'precision: float32' there"));
    }
    addRoom(remedies, machine);
    return remedies;
  }

  private static void addRoom(List<String> remedies, Surroundings machine) {
    machine.freeMemoryBytes().stream()
        .filter(free -> free < LEAST_MEMORY)
        .forEach(free ->
            remedies.add(
                "%s of memory are free: close other programs, or lower activations.memory"
                    .formatted(gibibytes(free))));
    if (machine.freeDiskBytes() < LEAST_DISK) {
      remedies.add(
          "%s of disk are free for %s: choose another --out, or lower activations.disk"
              .formatted(gibibytes(machine.freeDiskBytes()), machine.folder()));
    }
  }

  private static String gibibytes(long bytes) {
    return String.format(Locale.ROOT, "%.1f GiB", bytes / (double) (1L << 30));
  }
}
