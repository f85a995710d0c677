package io.github.puzzle4j.search.llamacpp;

import io.github.puzzle4j.blocklib.InvalidInputException;
import io.github.puzzle4j.blocklib.arch.Attention;
import io.github.puzzle4j.blocklib.arch.Ffn;
import io.github.puzzle4j.blocklib.arch.Layer;
import io.github.puzzle4j.blocklib.arch.Model;
import io.github.puzzle4j.scoring.cost.Scenario;
import io.github.puzzle4j.scoring.profile.Observation;
import io.github.puzzle4j.scoring.profile.ProfileQuestion;
import io.github.puzzle4j.scoring.profile.ProfileRounds;
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
import java.util.Optional;
import java.util.OptionalDouble;
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

  /** Requests together at most: so many have the answers of a small machine's users. */
  private static final int MOST_REQUESTS = 16;

  private static final int BYTES = 2;
  private static final int ANSWER_TOKENS = 33;

  /** Answers of small models are longer, so that several requests are answered together. */
  private static final int LONGEST_ANSWERS = 16;

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
    return MOST_REQUESTS;
  }

  @Override
  public String method() {
    return "llama.cpp on models of random weights with equal layers";
  }

  @Override
  public List<Observation> observe(ProfileQuestion question, ProfileWatch watch)
      throws IOException {
    try (TemporaryFolder folder = TemporaryFolder.create("puzzle4j-profile")) {
      Map<Model, Path> models = new LinkedHashMap<>();
      for (Model shape : models(question)) {
        Path own = folder.path().resolve("m" + models.size());
        models.put(shape, RandomModel.write(shape, own));
      }
      Map<Pass, List<Double>> times = new LinkedHashMap<>();
      ProfileRounds rounds =
          new ProfileRounds(
              question.time(), models.size(), LEAST_REPETITIONS, MOST_REPETITIONS, watch);
      while (rounds.next()) {
        for (Map.Entry<Model, Path> model : models.entrySet()) {
          rounds.timing(label(model.getKey()));
          time(model.getKey(), model.getValue(), question, times);
        }
      }
      return observations(times);
    }
  }

  /** A pass whose times are collected. */
  private record Pass(Model model, int promptTokens, int requests, Work.Phase phase) {

    Work work() {
      return new Work.OfModel(model, Scenario.of(promptTokens, ANSWER_TOKENS, requests), phase);
    }

    String label() {
      String together = requests == 1 ? "" : ", %d requests".formatted(requests);
      return switch (phase) {
        case TOKEN ->
            "%s, token after %d%s".formatted(LlamaCppEngine.label(model), promptTokens, together);
        case PROMPT -> "%s, prompt of %d".formatted(LlamaCppEngine.label(model), promptTokens);
      };
    }
  }

  private static void time(
      Model shape, Path file, ProfileQuestion question, Map<Pass, List<Double>> times)
      throws IOException {
    int longest = question.contexts().stream().mapToInt(Integer::intValue).max().orElseThrow();
    try (TimedModel model = TimedModel.open(file, longest + ANSWER_TOKENS, question.threads())) {
      model.request(1, 2);
      for (int context : question.contexts()) {
        TimedModel.Times request = model.request(context, ANSWER_TOKENS);
        int prompt = request.promptTokens();
        add(times, new Pass(shape, prompt, 1, Work.Phase.TOKEN), request.tokenSeconds());
        add(times, new Pass(shape, prompt, 1, Work.Phase.PROMPT), request.promptSeconds());
      }
    }
    for (int requests : question.batches()) {
      if (requests > 1) {
        timeTogether(shape, file, question, requests, times);
      }
    }
  }

  /** After the shortest prompts: with others, all requests together would take long to begin. */
  private static void timeTogether(
      Model shape, Path file, ProfileQuestion question, int requests, Map<Pass, List<Double>> times)
      throws IOException {
    int context = question.contexts().stream().mapToInt(Integer::intValue).min().orElseThrow();
    int longest = LONGEST_ANSWERS * ANSWER_TOKENS;
    try (TimedModel model =
        TimedModel.open(file, context + longest, requests, question.threads())) {
      model.request(1, 2);
      int prompt = model.request(context, 2).promptTokens();
      OptionalDouble seconds = OptionalDouble.empty();
      for (int tokens = ANSWER_TOKENS; seconds.isEmpty() && tokens <= longest; tokens *= 2) {
        seconds = model.tokenSecondsTogether(requests, context, tokens);
      }
      if (seconds.isPresent()) {
        Pass pass = new Pass(shape, prompt, requests, Work.Phase.TOKEN);
        add(times, pass, seconds.getAsDouble());
      }
    }
  }

  private static void add(Map<Pass, List<Double>> times, Pass pass, double seconds) {
    times.computeIfAbsent(pass, _ -> new ArrayList<>()).add(seconds);
  }

  private static List<Observation> observations(Map<Pass, List<Double>> times) {
    List<Observation> observations = new ArrayList<>();
    times.forEach((pass, seconds) ->
        observations.add(
            Observation.of(
                pass.label(),
                pass.work(),
                seconds.stream().mapToDouble(Double::doubleValue).toArray())));
    return observations;
  }

  private static String label(Model model) {
    return "%d x %s".formatted(model.layers().size(), model.layers().getFirst().id());
  }

  /**
   * The teacher's first layer at two depths, which separates the cost of layers from that of the
   * rest of a pass, and each variant with the teacher's other subblock.
   */
  private static Set<Model> models(ProfileQuestion question) throws InvalidInputException {
    Model teacher = question.teacher();
    Layer own = teacher.layers().getFirst();
    Optional<String> unfit = RandomModel.objection(teacher, own);
    if (unfit.isPresent()) {
      throw new InvalidInputException(
          "llama.cpp cannot be profiled for this teacher: " + unfit.get());
    }
    Set<Layer> layers = new LinkedHashSet<>();
    for (Attention attention : question.attention()) {
      if (attention.cache().isPresent() && runs(teacher, own.with(attention))) {
        layers.add(own.with(attention));
      }
    }
    for (Ffn ffn : question.ffn()) {
      if (runs(teacher, own.with(ffn))) {
        layers.add(own.with(ffn));
      }
    }
    int depth = depth(question, layers);
    Set<Model> models = new LinkedHashSet<>();
    models.add(RandomModel.alike(teacher, own, Math.max(1, depth / 2)));
    layers.forEach(layer -> models.add(RandomModel.alike(teacher, layer, depth)));
    return models;
  }

  private static boolean runs(Model teacher, Layer layer) throws InvalidInputException {
    return RandomModel.objection(teacher, layer).isEmpty();
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
