package io.github.puzzle4j.search.report;

import io.github.puzzle4j.blocklib.arch.AttentionShape;
import io.github.puzzle4j.blocklib.arch.BlockVariant;
import io.github.puzzle4j.blocklib.arch.ModelConfig;
import io.github.puzzle4j.blocklib.arch.RotaryEmbedding;
import io.github.puzzle4j.blocklib.arch.SearchSpace;
import io.github.puzzle4j.blocklib.arch.SpecialTokens;
import io.github.puzzle4j.blocklib.arch.attention.AttentionVariant;
import io.github.puzzle4j.blocklib.arch.ffn.FfnVariant;
import io.github.puzzle4j.search.progress.StageTime;
import io.github.puzzle4j.search.report.ReportData.DistilledVariant;
import io.github.puzzle4j.search.report.ReportData.Fact;
import io.github.puzzle4j.search.report.ReportData.VariantScore;
import io.github.puzzle4j.search.report.TargetReport.FrontierPoint;
import io.github.puzzle4j.search.report.TargetReport.Kind;
import io.github.puzzle4j.search.report.TargetReport.Quality;
import io.github.puzzle4j.search.report.TargetReport.Row;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;

/** Reports with random figures, to look at and to test with. */
final class SampleReport {

  private static final List<AttentionVariant> ATTENTION =
      List.of(
          new AttentionVariant.GroupedQuery(2),
          new AttentionVariant.GroupedQuery(1),
          new AttentionVariant.Linear(),
          new AttentionVariant.NoOp());

  private final Random random;
  private final ModelConfig config;
  private final SearchSpace space;

  private SampleReport(long seed, int layers) {
    random = new Random(seed);
    config =
        new ModelConfig(
            "llama",
            512,
            192,
            512,
            layers,
            new AttentionShape(8, 4, 24),
            new RotaryEmbedding(10000, new RotaryEmbedding.Scaling.None()),
            1e-5,
            512,
            true,
            new SpecialTokens(List.of(), List.of()));
    space =
        new SearchSpace(
            ATTENTION,
            List.of(
                new FfnVariant.Pruned(384),
                new FfnVariant.Pruned(256),
                new FfnVariant.Pruned(128),
                new FfnVariant.Pruned(48),
                new FfnVariant.Linear(),
                new FfnVariant.NoOp()));
  }

  static ReportData of(long seed, int layers, String title) {
    return new SampleReport(seed, layers).data(title);
  }

  private ReportData data(String title) {
    List<VariantScore> scores = new ArrayList<>();
    List<DistilledVariant> distilled = new ArrayList<>();
    for (int layer = 0; layer < config.layers(); layer++) {
      for (AttentionVariant variant : ATTENTION) {
        add(scores, distilled, layer, "attention " + variant.id());
      }
      for (FfnVariant variant : space.ffn().subList(1, space.ffn().size())) {
        add(scores, distilled, layer, "FFN " + variant.id());
      }
    }
    return new ReportData(
        ReportData.SCHEMA,
        title,
        List.of(
            new Fact("command", "puzzle4j search plan.yaml --out runs/one"),
            new Fact("seeds", "data 1, distill 2, uptrain 3")),
        ReportData.Teacher.of("tiny-teacher", config, 6144),
        List.of(target("h100-sxm, vllm"), target("b200-sxm, vllm")),
        scores,
        distilled,
        List.of(
            new StageTime("rank", Duration.ofSeconds(4)),
            new StageTime("distill", Duration.ofSeconds(83)),
            new StageTime("score", Duration.ofSeconds(41))));
  }

  private void add(
      List<VariantScore> scores, List<DistilledVariant> distilled, int layer, String variant) {
    double score = Math.exp(random.nextGaussian() - 4 + 2.0 * (layer == 0 ? 1 : 0));
    scores.add(new VariantScore(layer, variant, new Estimate(score, score / 20)));
    double before = 0.2 + random.nextDouble();
    distilled.add(
        new DistilledVariant(layer, variant, before, before * (0.1 + 0.5 * random.nextDouble())));
  }

  private TargetReport target(String name) {
    List<BlockVariant> teacher =
        IntStream.range(0, config.layers()).mapToObj(layer -> BlockVariant.teacher()).toList();
    BlockVariant uniform =
        new BlockVariant(new AttentionVariant.GroupedQuery(2), new FfnVariant.Pruned(256));
    List<Row> rows =
        List.of(
            row(Kind.TEACHER, teacher, 182_000, 0, 2.1),
            row(Kind.CHILD, layers(), 294_000, 0.031, 2.14),
            row(Kind.CHILD_AFTER_GKD, layers(), 294_000, 0.012, 2.11),
            row(Kind.GREEDY, layers(), 291_500, 0.22, 2.3),
            row(
                Kind.UNIFORM,
                IntStream.range(0, config.layers()).mapToObj(layer -> uniform).toList(),
                292_100,
                0.39,
                2.42),
            row(Kind.RANDOM, layers(), 293_300, 1.9, 3.6));
    List<FrontierPoint> frontier = new ArrayList<>();
    for (int step = 0; step <= 20; step++) {
      frontier.add(new FrontierPoint(190_000 + step * 9_000, 0.0015 * Math.exp(step * 0.28)));
    }
    return new TargetReport(
        name,
        "1,024 tokens in, 1,024 out, batch 64 to 256",
        "at least 1.6x the teacher's throughput, at most 0.7x its memory",
        "calibrated on measured kernels, 90 % within 14 %",
        rows,
        new TargetReport.Proof("OPTIMAL", 0.0287, 0.0287, 0, Duration.ofMillis(240), "cp-sat"),
        frontier,
        List.of("uniform uses less than the budget: no variant in every layer comes closer"));
  }

  private List<BlockVariant> layers() {
    List<BlockVariant> blocks = space.blocks();
    return IntStream.range(0, config.layers())
        .mapToObj(layer -> blocks.get(random.nextInt(blocks.size())))
        .toList();
  }

  private static Row row(
      Kind kind, List<BlockVariant> layers, double tokensPerSecond, double kl, double loss) {
    Map<String, Double> tasks = new LinkedHashMap<>();
    tasks.put("recall", Math.max(0, 0.961 - kl / 2));
    tasks.put("arithmetic", Math.max(0, 0.88 - kl / 2));
    tasks.put("brackets", 0.99);
    return new Row(
        kind,
        layers,
        tokensPerSecond,
        kind == Kind.TEACHER ? 1_900_000_000L : 1_200_000_000L,
        256,
        kl * 0.85,
        new Quality(new Estimate(kl, kl / 30), new Estimate(loss, 0.02), tasks));
  }
}
