package io.github.puzzle4j.search.llamacpp;

import io.github.puzzle4j.blocklib.arch.Architecture;
import io.github.puzzle4j.blocklib.arch.BlockVariant;
import io.github.puzzle4j.blocklib.arch.ModelConfig;
import io.github.puzzle4j.blocklib.arch.attention.AttentionVariant;
import io.github.puzzle4j.blocklib.arch.ffn.FfnVariant;
import io.github.puzzle4j.scoring.cost.Scenario;
import io.github.puzzle4j.scoring.profile.Observation;
import io.github.puzzle4j.scoring.profile.ProfileQuestion;
import io.github.puzzle4j.scoring.profile.ProfileWatch;
import io.github.puzzle4j.scoring.profile.ProfiledEngine;
import io.github.puzzle4j.scoring.profile.Work;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * llama.cpp on the processor. It has no way to run one layer by itself, so that models are timed
 * whose layers are all alike, a model for each variant.
 *
 * <p>None of them is a model that anybody would predict: they have fewer layers than the teacher
 * and another vocabulary.
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
    return "llama.cpp on models of random weights with layers all alike";
  }

  @Override
  public List<Observation> observe(ProfileQuestion question, ProfileWatch watch)
      throws IOException {
    long begin = System.nanoTime();
    try (TemporaryFolder folder = TemporaryFolder.create("puzzle4j-profile")) {
      Map<Architecture, Path> models = new LinkedHashMap<>();
      for (Architecture architecture : models(question)) {
        Path own = folder.path().resolve("m" + models.size());
        models.put(architecture, RandomModel.write(architecture, own));
      }
      Map<Key, List<TimedModel.Times>> times = new LinkedHashMap<>();
      for (int round = 0; round < MOST_REPETITIONS; round++) {
        double share = (System.nanoTime() - begin) * 1e-9 / question.time().toSeconds();
        if (round >= LEAST_REPETITIONS && share * (round + 1) / round > 1) {
          break;
        }
        for (Map.Entry<Architecture, Path> model : models.entrySet()) {
          watch.timed(
              label(model.getKey()),
              Math.min(1, (System.nanoTime() - begin) * 1e-9 / question.time().toSeconds()));
          time(model.getKey(), model.getValue(), question, times);
        }
      }
      return observations(times);
    }
  }

  private record Key(Architecture architecture, int context) {}

  private static void time(
      Architecture architecture,
      Path file,
      ProfileQuestion question,
      Map<Key, List<TimedModel.Times>> times)
      throws IOException {
    int longest = question.contexts().stream().mapToInt(Integer::intValue).max().orElseThrow();
    try (TimedModel model = TimedModel.open(file, longest + ANSWER_TOKENS, question.threads())) {
      model.request(1, 2);
      for (int context : question.contexts()) {
        times
            .computeIfAbsent(new Key(architecture, context), key -> new ArrayList<>())
            .add(model.request(context, ANSWER_TOKENS));
      }
    }
  }

  private static List<Observation> observations(Map<Key, List<TimedModel.Times>> times) {
    List<Observation> observations = new ArrayList<>();
    times.forEach((key, list) -> {
      int prompt = list.getFirst().promptTokens();
      Scenario scenario = Scenario.of(prompt, ANSWER_TOKENS, 1);
      String label = label(key.architecture());
      observations.add(
          Observation.of(
              "%s, token after %d".formatted(label, prompt),
              new Work.Model(key.architecture(), scenario, Work.Phase.TOKEN),
              list.stream().mapToDouble(TimedModel.Times::tokenSeconds).toArray()));
      observations.add(
          Observation.of(
              "%s, prompt of %d".formatted(label, prompt),
              new Work.Model(key.architecture(), scenario, Work.Phase.PROMPT),
              list.stream().mapToDouble(TimedModel.Times::promptSeconds).toArray()));
    });
    return observations;
  }

  private static String label(Architecture architecture) {
    return "%d x %s".formatted(architecture.blocks().size(), architecture.blocks().getFirst().id());
  }

  /**
   * The teacher's block in two depths, which tells layers from what comes once in a pass, and each
   * variant beside the teacher's other half.
   */
  private static Set<Architecture> models(ProfileQuestion question) {
    ModelConfig config = question.config();
    Set<BlockVariant> blocks = new LinkedHashSet<>();
    for (AttentionVariant attention : question.space().attention()) {
      if (attention.cachedHeads(config).isPresent()) {
        blocks.add(new BlockVariant(attention, new FfnVariant.Teacher()));
      }
    }
    for (FfnVariant ffn : question.space().ffn()) {
      blocks.add(new BlockVariant(new AttentionVariant.Teacher(), ffn));
    }
    int depth = depth(question, blocks);
    Set<Architecture> models = new LinkedHashSet<>();
    models.add(RandomModel.alike(config, BlockVariant.teacher(), Math.max(1, depth / 2)));
    blocks.forEach(block -> models.add(RandomModel.alike(config, block, depth)));
    return models;
  }

  /** As many layers as no cache holds, at least two, at most half of the teacher's. */
  private static int depth(ProfileQuestion question, Set<BlockVariant> blocks) {
    long smallest =
        blocks.stream()
            .mapToLong(block -> BYTES * block.parameters(question.config()))
            .min()
            .orElseThrow();
    int half = Math.max(2, question.config().layers() / 2);
    return Math.clamp((long) Math.ceil(CACHES * question.cacheBytes() / smallest), 2, half);
  }
}
