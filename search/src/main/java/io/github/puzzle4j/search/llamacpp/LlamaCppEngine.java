package io.github.puzzle4j.search.llamacpp;

import io.github.puzzle4j.blocklib.arch.Attention;
import io.github.puzzle4j.blocklib.arch.Ffn;
import io.github.puzzle4j.blocklib.arch.Layer;
import io.github.puzzle4j.blocklib.arch.Model;
import io.github.puzzle4j.scoring.cost.Scenario;
import io.github.puzzle4j.scoring.profile.Observation;
import io.github.puzzle4j.scoring.profile.ProfileQuestion;
import io.github.puzzle4j.scoring.profile.ProfileWatch;
import io.github.puzzle4j.scoring.profile.ProfiledEngine;
import io.github.puzzle4j.scoring.profile.Work;
import io.github.puzzle4j.search.folder.TemporaryFolder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * llama.cpp on the processor. It cannot run a single layer, so models with equal layers are timed,
 * one for each variant.
 *
 * <p>Predictions are never for one of these models: they have fewer layers than the teacher and
 * another vocabulary.
 */
public final class LlamaCppEngine implements ProfiledEngine {

  /** Tokens that llama.cpp computes in one pass (its {@code n_ubatch}). */
  private static final int PASS_TOKENS = 512;

  private static final int BYTES = 2;
  private static final int ANSWER_TOKENS = 33;
  private static final int LEAST_REPETITIONS = 3;
  private static final int MOST_REPETITIONS = 15;

  /** How many times a model is larger than the cache, so that weights come from memory. */
  private static final double CACHES = 2;

  @Override
  public String name() {
    return "llamacpp";
  }

  @Override
  public String version() {
    return "b4916 (de.kherud:llama 4.2.0)";
  }

  @Override
  public int maxBatchedTokens() {
    return PASS_TOKENS;
  }

  @Override
  public int maxSequences() {
    return 1;
  }

  @Override
  public String method() {
    return "llama.cpp on models of random weights with equal layers";
  }

  @Override
  public List<Observation> observe(ProfileQuestion question, ProfileWatch watch)
      throws IOException {
    long begin = System.nanoTime();
    try (TemporaryFolder folder = TemporaryFolder.create("puzzle4j-profile")) {
      Map<Model, Path> models = new LinkedHashMap<>();
      for (Model shape : models(question)) {
        Path own = folder.path().resolve("m" + models.size());
        models.put(shape, RandomModel.write(shape, own));
      }
      Map<Key, List<TimedModel.Times>> times = new LinkedHashMap<>();
      for (int round = 0; round < MOST_REPETITIONS; round++) {
        double share = (System.nanoTime() - begin) * 1e-9 / question.time().toSeconds();
        if (round >= LEAST_REPETITIONS && share * (round + 1) / round > 1) {
          break;
        }
        for (Map.Entry<Model, Path> model : models.entrySet()) {
          watch.timed(
              label(model.getKey()),
              Math.min(1, (System.nanoTime() - begin) * 1e-9 / question.time().toSeconds()));
          time(model.getKey(), model.getValue(), question, times);
        }
      }
      return observations(times);
    }
  }

  private record Key(Model model, int context) {}

  private static void time(
      Model shape, Path file, ProfileQuestion question, Map<Key, List<TimedModel.Times>> times)
      throws IOException {
    int longest = question.contexts().stream().mapToInt(Integer::intValue).max().orElseThrow();
    try (TimedModel model = TimedModel.open(file, longest + ANSWER_TOKENS, question.threads())) {
      model.request(1, 2);
      for (int context : question.contexts()) {
        times
            .computeIfAbsent(new Key(shape, context), key -> new ArrayList<>())
            .add(model.request(context, ANSWER_TOKENS));
      }
    }
  }

  private static List<Observation> observations(Map<Key, List<TimedModel.Times>> times) {
    List<Observation> observations = new ArrayList<>();
    times.forEach((key, list) -> {
      int prompt = list.getFirst().promptTokens();
      Scenario scenario = Scenario.of(prompt, ANSWER_TOKENS, 1);
      String label = label(key.model());
      observations.add(
          Observation.of(
              "%s, token after %d".formatted(label, prompt),
              new Work.OfModel(key.model(), scenario, Work.Phase.TOKEN),
              list.stream().mapToDouble(TimedModel.Times::tokenSeconds).toArray()));
      observations.add(
          Observation.of(
              "%s, prompt of %d".formatted(label, prompt),
              new Work.OfModel(key.model(), scenario, Work.Phase.PROMPT),
              list.stream().mapToDouble(TimedModel.Times::promptSeconds).toArray()));
    });
    return observations;
  }

  private static String label(Model model) {
    return "%d x %s".formatted(model.layers().size(), model.layers().getFirst().id());
  }

  /**
   * The teacher's first layer at two depths, which separates the cost of layers from that of the
   * rest of a pass, and each variant with the teacher's other subblock.
   */
  private static Set<Model> models(ProfileQuestion question) {
    Model teacher = question.teacher();
    Layer own = teacher.layers().getFirst();
    Set<Layer> layers = new LinkedHashSet<>();
    for (Attention attention : question.attention()) {
      if (attention.cache().isPresent()) {
        layers.add(own.with(attention));
      }
    }
    for (Ffn ffn : question.ffn()) {
      layers.add(own.with(ffn));
    }
    int depth = depth(question, layers);
    Set<Model> models = new LinkedHashSet<>();
    models.add(RandomModel.alike(teacher, own, Math.max(1, depth / 2)));
    layers.forEach(layer -> models.add(RandomModel.alike(teacher, layer, depth)));
    return models;
  }

  /** As many layers as exceed the cache, at least two, at most half of the teacher's. */
  private static int depth(ProfileQuestion question, Set<Layer> layers) {
    long smallest =
        layers.stream()
            .mapToLong(layer -> BYTES * layer.parameters(question.teacher().hiddenSize()))
            .min()
            .orElseThrow();
    int half = Math.max(2, question.teacher().layers().size() / 2);
    return Math.clamp((long) Math.ceil(CACHES * question.cacheBytes() / smallest), 2, half);
  }
}
