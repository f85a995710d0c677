package io.github.puzzle4j.search.run;

import io.github.puzzle4j.blocklib.InvalidInputException;
import io.github.puzzle4j.blocklib.Json;
import io.github.puzzle4j.blocklib.task.Digests;
import io.github.puzzle4j.blocklib.task.SealedJson;
import io.github.puzzle4j.search.plan.PlanReader;
import io.github.puzzle4j.search.plan.SearchPlan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import tools.jackson.databind.JsonNode;

/**
 * Names of a plan's targets and of their folders. A target has the name of its GPU. Of several
 * targets with the same GPU, one has this name (the one that had it before, if it still exists),
 * and the others append a digest of their settings. Adding or moving targets does not rename
 * others.
 */
final class TargetNames {

  /** The target that a folder belongs to. */
  record Owner(int schema, String target) {}

  private static final int SCHEMA = 1;
  private static final int DIGITS = 6;
  private static final String FILE = "target.json";

  private TargetNames() {}

  /**
   * The names, in the order of the plan.
   *
   * @param warnings receives a line for each folder of which the owner is no longer known
   */
  static List<String> of(SearchPlan plan, RunDirectory directory, Consumer<String> warnings)
      throws IOException {
    JsonNode targets = PlanReader.tree(plan).path("targets");
    List<String> digests = new ArrayList<>();
    for (JsonNode target : targets) {
      digests.add(Digests.of(Json.mapper().writeValueAsString(target)));
    }
    Map<String, Integer> plain = new HashMap<>();
    for (int i = 0; i < digests.size(); i++) {
      String gpu = gpu(plan, i);
      Optional<String> owner = owner(directory.target(gpu), warnings);
      if (owner.isPresent() && owner.get().equals(digests.get(i))) {
        plain.put(gpu, i);
      }
    }
    List<String> names = new ArrayList<>();
    for (int i = 0; i < digests.size(); i++) {
      String gpu = gpu(plan, i);
      plain.putIfAbsent(gpu, i);
      names.add(
          plain.getOrDefault(gpu, i) == i
              ? gpu
              : "%s-%s".formatted(gpu, digests.get(i).substring(0, DIGITS)));
      SealedJson.write(
          directory.target(names.getLast()).resolve(FILE), new Owner(SCHEMA, digests.get(i)));
    }
    return List.copyOf(names);
  }

  private static String gpu(SearchPlan plan, int index) {
    return plan.targets().get(index).gpuName().replaceAll("[^A-Za-z0-9._-]", "_");
  }

  private static Optional<String> owner(Path folder, Consumer<String> warnings) throws IOException {
    Path file = folder.resolve(FILE);
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    try {
      return Optional.of(SealedJson.read(file, Owner.class).target());
    } catch (InvalidInputException damaged) {
      warnings.accept("%s; it is made again".formatted(damaged.getMessage()));
      return Optional.empty();
    }
  }
}
