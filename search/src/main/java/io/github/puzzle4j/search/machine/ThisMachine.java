package io.github.puzzle4j.search.machine;

import io.github.puzzle4j.blocklib.AtomicFile;
import io.github.puzzle4j.blocklib.InvalidInputException;
import io.github.puzzle4j.blocklib.Json;
import io.github.puzzle4j.blocklib.arch.SearchSpace;
import io.github.puzzle4j.blocklib.task.StoredResult;
import io.github.puzzle4j.blocklib.task.TaskStore;
import io.github.puzzle4j.blocklib.tensor.ComputeDevice;
import io.github.puzzle4j.scoring.cost.target.GpuTarget;
import io.github.puzzle4j.scoring.profile.MachineProfile;
import io.github.puzzle4j.scoring.profile.Processor;
import io.github.puzzle4j.scoring.profile.ProfileQuestion;
import io.github.puzzle4j.scoring.profile.ProfiledEngine;
import io.github.puzzle4j.scoring.profile.TorchEngine;
import io.github.puzzle4j.scoring.profile.TorchMachine;
import io.github.puzzle4j.search.llamacpp.LlamaCppEngine;
import io.github.puzzle4j.search.plan.BatchSizes;
import io.github.puzzle4j.search.plan.PlanValueException;
import io.github.puzzle4j.search.plan.SearchPlan;
import io.github.puzzle4j.search.plan.Target;
import io.github.puzzle4j.search.plan.ThreadCount;
import io.github.puzzle4j.search.progress.Progress;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * The machine that a search runs on, as a target. It is profiled for the plan's variants when it is
 * first asked for; the profile is a result in the store.
 *
 * @param results the store of results
 * @param measures whether a profile that the store lacks is measured
 * @param threads that serve
 * @param time for the timings of an engine
 */
public record ThisMachine(
    Results results, boolean measures, int threads, Duration time, Progress progress) {

  /** A store of results that is lent for a while. */
  @FunctionalInterface
  public interface Results {
    StoredResult during(Lookup lookup) throws IOException;
  }

  /** Finds a result, or computes it. */
  @FunctionalInterface
  public interface Lookup {
    StoredResult in(TaskStore store) throws IOException;
  }

  private static final List<Integer> LADDER = List.of(1, 4, 16);
  private static final String LLAMA = "llamacpp";
  private static final String TORCH = "torch";

  /** The machine with the threads and the time that a plan asks for. */
  public static ThisMachine of(SearchPlan plan, Results results, Progress progress) {
    return new ThisMachine(results, true, threads(plan.threads()), plan.profileTime(), progress);
  }

  /** The same, of which nothing is measured: for looking at a run. */
  public ThisMachine asProfiled() {
    return new ThisMachine(results, false, threads, time, progress);
  }

  /** Threads that serve, where a plan computes with these. */
  public static int threads(ThreadCount computing) {
    return computing.number().orElse(Runtime.getRuntime().availableProcessors());
  }

  /**
   * The targets, with a profile in place of this machine's name.
   *
   * @throws PlanValueException if one of them names an engine that cannot be profiled
   */
  public List<Target> profiled(List<Target> targets, SearchSpace space) throws IOException {
    Map<String, Path> profiles = new LinkedHashMap<>();
    List<Target> known = new ArrayList<>();
    for (int i = 0; i < targets.size(); i++) {
      Target target = targets.get(i);
      if (!target.needsProfile()) {
        known.add(target);
        continue;
      }
      String backend = target.backend();
      if (!backend.equals(LLAMA) && !backend.equals(TORCH)) {
        throw new PlanValueException(
            "targets[%d].backend".formatted(i),
            "targets[%d].backend: %s cannot be profiled here; %s has %s and %s"
                .formatted(i, backend, Target.THIS_MACHINE, LLAMA, TORCH));
      }
      if (!profiles.containsKey(backend)) {
        List<Target> same =
            targets.stream()
                .filter(one -> one.needsProfile() && one.backend().equals(backend))
                .toList();
        profiles.put(backend, profile(backend, same, space));
      }
      known.add(target.profiledIn(profiles.get(backend)));
    }
    return List.copyOf(known);
  }

  private Path profile(String backend, List<Target> targets, SearchSpace space) throws IOException {
    ProfiledEngine engine = engine(backend);
    ProfileQuestion question = question(targets, space);
    ProfileMachine task =
        ProfileMachine.of(
            Processor.title(threads), engine.name() + " " + engine.version(), question);
    return results
        .during(store -> {
          Optional<StoredResult> known = store.find(task);
          return known.isPresent() ? known.get() : measure(engine, question, task, store);
        })
        .file(ProfileMachine.FILE)
        .toAbsolutePath()
        .normalize();
  }

  private static ProfiledEngine engine(String backend) {
    return backend.equals(LLAMA)
        ? new LlamaCppEngine()
        : new TorchEngine(ComputeDevice.processor());
  }

  private StoredResult measure(
      ProfiledEngine engine, ProfileQuestion question, ProfileMachine task, TaskStore store)
      throws IOException {
    if (!measures) {
      throw new InvalidInputException(
          "%s: not profiled yet; a search does that".formatted(Target.THIS_MACHINE));
    }
    TorchMachine machine = TorchMachine.of(ComputeDevice.processor(), threads);
    GpuTarget target;
    try (ProfileSteps steps = new ProfileSteps(progress.start("profile", 100))) {
      target =
          MachineProfile.measure(
                  Target.THIS_MACHINE, machine.machine(), List.of(engine), question, steps)
              .target();
    }
    SequencedMap<String, TaskStore.FileWriter> files = new LinkedHashMap<>();
    files.put(
        ProfileMachine.FILE,
        path ->
            AtomicFile.writeString(
                path,
                Json.mapper().writerWithDefaultPrettyPrinter().writeValueAsString(target) + "\n"));
    return store.write(task, Map.of(), files);
  }

  /** The variants of the space, at the lengths and batch sizes of the targets. */
  private ProfileQuestion question(List<Target> targets, SearchSpace space) throws IOException {
    SortedSet<Integer> contexts = new TreeSet<>();
    SortedSet<Integer> batches = new TreeSet<>(List.of(1));
    for (Target target : targets) {
      Target.Scenario scenario = target.scenario();
      contexts.add(scenario.inputTokens());
      contexts.add(scenario.inputTokens() + scenario.outputTokens());
      batches.addAll(
          switch (scenario.batch()) {
            case BatchSizes.Ladder() -> LADDER;
            case BatchSizes.Exactly(List<Integer> sizes) -> sizes;
          });
    }
    ProfileSpace variants = ProfileSpace.of(space);
    return new ProfileQuestion(
        space.teacher(),
        variants.attention(),
        variants.ffn(),
        List.copyOf(contexts),
        List.copyOf(batches),
        threads,
        time,
        Processor.cacheBytes());
  }
}
