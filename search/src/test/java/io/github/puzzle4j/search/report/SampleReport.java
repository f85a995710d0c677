package io.github.puzzle4j.search.report;

import io.github.puzzle4j.blocklib.arch.Attention;
import io.github.puzzle4j.blocklib.arch.AttentionShape;
import io.github.puzzle4j.blocklib.arch.Child;
import io.github.puzzle4j.blocklib.arch.CommonParts;
import io.github.puzzle4j.blocklib.arch.Ffn;
import io.github.puzzle4j.blocklib.arch.GatedFfn;
import io.github.puzzle4j.blocklib.arch.Layer;
import io.github.puzzle4j.blocklib.arch.LayerOptions;
import io.github.puzzle4j.blocklib.arch.LinearAttention;
import io.github.puzzle4j.blocklib.arch.LinearFfn;
import io.github.puzzle4j.blocklib.arch.Model;
import io.github.puzzle4j.blocklib.arch.NoAttention;
import io.github.puzzle4j.blocklib.arch.NoFfn;
import io.github.puzzle4j.blocklib.arch.SearchSpace;
import io.github.puzzle4j.blocklib.arch.SoftmaxAttention;
import io.github.puzzle4j.blocklib.arch.SpecialTokens;
import io.github.puzzle4j.blocklib.task.Task;
import io.github.puzzle4j.blocklib.task.TaskCounts;
import io.github.puzzle4j.blocklib.train.LossCurve;
import io.github.puzzle4j.scoring.quality.Effort;
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
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Reports with random figures, to look at and to test with. */
public final class SampleReport {

  private static final List<Attention> ATTENTION =
      List.of(attention(2), attention(1), new LinearAttention(), new NoAttention());

  private static final List<Ffn> FFN =
      List.of(
          new GatedFfn(384),
          new GatedFfn(256),
          new GatedFfn(128),
          new GatedFfn(48),
          new LinearFfn(),
          new NoFfn());

  private final Random random;
  private final Model teacher;
  private final SearchSpace space;

  private SampleReport(long seed, int layers) {
    random = new Random(seed);
    teacher =
        Model.uniform(
            CommonParts.llama(512, 192, 10000, 512, true, SpecialTokens.none()),
            layers,
            new Layer(attention(4), new GatedFfn(512)));
    space = SearchSpace.uniform(teacher, ATTENTION, FFN);
  }

  private static Attention attention(int kvHeads) {
    return SoftmaxAttention.plain(new AttentionShape(8, kvHeads, 24));
  }

  /** Of this seed and number of layers. */
  public static ReportData of(long seed, int layers, String title) {
    return new SampleReport(seed, layers).data(title);
  }

  /** Losses of trainings of such a report: of all variants and of the children of its targets. */
  public static TrainingLosses losses(long seed, ReportData report) {
    Random random = new Random(seed);
    return new TrainingLosses(
        TrainingLosses.SCHEMA,
        report.distillation().stream()
            .map(one -> curve(one.layer(), one.variant(), one.lossBefore(), random))
            .toList(),
        IntStream.range(0, report.targets().size())
            .boxed()
            .flatMap(target ->
                Stream.of(
                    new TrainingLosses.OfChild(
                        target, "child", "adapt", curve(3, "gqa_2+ffn_384", 0.4, random)),
                    new TrainingLosses.OfChild(
                        target, "child", "uptrain", curve(-1, "", 0.2, random))))
            .toList());
  }

  private static TrainingLosses.Curve curve(
      int layer, String variant, double first, Random random) {
    List<Double> losses = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      losses.add(first / (1 + i) + 0.01 * random.nextDouble());
    }
    return new TrainingLosses.Curve(layer, variant, 1024, new LossCurve(1, 60, losses));
  }

  private ReportData data(String title) {
    List<VariantScore> scores = new ArrayList<>();
    List<DistilledVariant> distilled = new ArrayList<>();
    for (int layer = 0; layer < teacher.layers().size(); layer++) {
      for (Attention variant : ATTENTION) {
        add(scores, distilled, layer, "attention " + variant.id());
      }
      for (Ffn variant : FFN) {
        add(scores, distilled, layer, "FFN " + variant.id());
      }
    }
    return new ReportData(
        ReportData.SCHEMA,
        title,
        List.of(
            new Fact("command", "puzzle4j search plan.yaml --out runs/one"),
            new Fact("seeds", "data 1, distill 2, uptrain 3")),
        ReportData.Teacher.of("tiny-teacher", teacher, 6144),
        List.of(target("h100-sxm, vllm"), target("b200-sxm, vllm")),
        new ScoringReport(
            "kl",
            "KL",
            "nats",
            280,
            96,
            24,
            48,
            new Effort(150_000, 40_000),
            new Effort(1_500_000, 300_000),
            Optional.of(new ScoringReport.Sums(12, 0.04, -0.02, false)),
            Optional.of(0.975)),
        scores,
        distilled,
        List.of(
            new StageTime("rank", Duration.ofSeconds(4)),
            new StageTime("distill", Duration.ofSeconds(83)),
            new StageTime("score", Duration.ofSeconds(41))),
        List.of(
            new StageTime("distill", Duration.ofSeconds(90)),
            new StageTime("score", Duration.ofSeconds(35))),
        List.of(new TargetReport.Command("repeat this search", "puzzle4j search plan.yaml")),
        new TaskCounts(
            Map.of(Task.Kind.TRAIN, 10 * teacher.layers().size()), Map.of(Task.Kind.RANK, 8)));
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
    Layer uniform = new Layer(attention(2), new GatedFfn(256));
    List<Row> rows =
        List.of(
            row(Kind.TEACHER, teacher.layers(), 182_000, 0, 2.1),
            row(Kind.CHILD, layers(), 294_000, 0.031, 2.14),
            row(Kind.CHILD_AFTER_GKD, layers(), 294_000, 0.012, 2.11),
            row(Kind.CHILD_ASSEMBLED, layers(), 294_000, 0.035, 2.16),
            row(Kind.BEST_SUM, layers(), 294_100, 0.044, 2.17),
            row(Kind.GREEDY, layers(), 291_500, 0.22, 2.3),
            row(
                Kind.UNIFORM,
                Collections.nCopies(teacher.layers().size(), uniform),
                292_100,
                0.39,
                2.42),
            trained(
                row(
                    Kind.UNIFORM,
                    Collections.nCopies(teacher.layers().size(), uniform),
                    292_100,
                    0.21,
                    2.3)),
            row(Kind.RANDOM, layers(), 293_300, 1.9, 3.6),
            row(Kind.DEPTH, layers(), 292_800, 0.7, 2.6));
    List<FrontierPoint> frontier = new ArrayList<>();
    for (int step = 0; step <= 20; step++) {
      frontier.add(
          new FrontierPoint(
              190_000 + step * 9_000,
              256.0 / (190_000 + step * 9_000),
              1_900_000_000L - step * 40_000_000L,
              0.0015 * Math.exp(step * 0.28),
              Child.of(teacher, layers()).replacements()));
    }
    return new TargetReport(
        name,
        "1,024 tokens in, 1,024 out, batch 64 to 256",
        "at least 1.6x the teacher's throughput, at most 0.7x its memory",
        "calibrated on measured kernels, 90 % within 14 %",
        0.14,
        rows,
        new TargetReport.Proof("OPTIMAL", 0.0287, 0.0287, 0, Duration.ofMillis(240), "cp-sat"),
        Optional.of(
            new TargetReport.Truth(
                72,
                List.of(0.041, 0.031),
                new Estimate(0.041, 0.004),
                new Estimate(0.031, 0.003),
                new TargetReport.Prediction(0.81, 0.42, 1.7),
                new TargetReport.Prediction(0.97, 0.06, 1))),
        frontier,
        measuredChildren(),
        List.of(
            new LimitUse(
                "throughput",
                "tokens/s per GPU",
                291_200,
                true,
                294_000,
                true,
                List.of(
                    new LimitUse.Gain(0.01, 288_300, 0.0287, 0, true),
                    new LimitUse.Gain(0.1, 264_700, 0.0201, 0.0086, true))),
            new LimitUse("memory", "bytes", 1.33e9, false, 1.2e9, false, List.of())),
        List.of(
            new TargetReport.ServedSpeed(
                "llama.cpp",
                1,
                new TargetReport.Speed(20, 1.5, 0.04),
                new TargetReport.Speed(30, 1, 0.027),
                new TargetReport.Speed(21, 1.4, 0.039),
                new TargetReport.Speed(33, 0.9, 0.025))),
        List.of(
            new TargetReport.Rounded(
                "huggingface-fp8",
                new TargetReport.Quality(
                    new Estimate(0.033, 0.003),
                    new Estimate(2.46, 0.02),
                    Map.of(),
                    new Estimate(0.033, 0.003),
                    Map.of()))),
        List.of(new TargetReport.Command("serve with vLLM", "vllm serve 'a folder'")),
        List.of("uniform uses less than the budget: no variant in every layer comes closer"));
  }

  private List<MeasuredChild> measuredChildren() {
    List<MeasuredChild> children = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      double predicted = 0.03 + 0.02 * i;
      double loss = predicted * Math.exp(0.2 * random.nextGaussian());
      children.add(
          new MeasuredChild(
              Child.of(teacher, layers()).replacements(),
              291_500 + 500 * i,
              256.0 / 291_500,
              1_200_000_000L,
              predicted,
              new Estimate(loss, loss / 30)));
    }
    return children;
  }

  private static Row trained(Row row) {
    return new Row(
        row.kind(),
        true,
        row.replacements(),
        row.tokensPerSecond(),
        row.tokenSeconds(),
        row.memoryBytes(),
        row.batch(),
        row.predicted(),
        row.measured(),
        row.sizes());
  }

  private List<Layer> layers() {
    return space.layers().stream()
        .map(LayerOptions::layers)
        .map(options -> options.get(random.nextInt(options.size())))
        .toList();
  }

  private Row row(Kind kind, List<Layer> layers, double tokensPerSecond, double kl, double loss) {
    Map<String, Double> tasks = new LinkedHashMap<>();
    tasks.put("recall", Math.max(0, 0.961 - kl / 2));
    tasks.put("arithmetic", Math.max(0, 0.88 - kl / 2));
    tasks.put("brackets", 0.99);
    return new Row(
        kind,
        false,
        Child.of(teacher, layers).replacements(),
        tokensPerSecond,
        256 / tokensPerSecond,
        kind == Kind.TEACHER ? 1_900_000_000L : 1_200_000_000L,
        256,
        kl * 0.85,
        new Quality(
            new Estimate(kl, kl / 30),
            new Estimate(loss, 0.02),
            Map.of(),
            new Estimate(kl, kl / 30),
            tasks),
        new TargetReport.Sizes(
            Child.of(teacher, layers).model().parameters(), 16_000_000L, 2048, layers.size()));
  }
}
