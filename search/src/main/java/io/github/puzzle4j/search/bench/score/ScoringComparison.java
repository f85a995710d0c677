package io.github.puzzle4j.search.bench.score;

import io.github.puzzle4j.blocklib.arch.Replacement;
import io.github.puzzle4j.blocklib.tensor.ComputeDevice;
import io.github.puzzle4j.scoring.quality.ScoreTable;
import io.github.puzzle4j.search.bench.Clock;
import io.github.puzzle4j.search.folder.TemporaryFolder;
import io.github.puzzle4j.search.plan.PlanReader;
import io.github.puzzle4j.search.progress.Progress;
import io.github.puzzle4j.search.report.ScoringReport;
import io.github.puzzle4j.search.run.Search;
import io.github.puzzle4j.search.run.TargetChoice;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Scores the variants of a teacher twice: all of them on the whole text, and in a race of
 * subblocks. Variants have their initial weights, since training them would take longer than all of
 * this.
 */
public final class ScoringComparison {

  private static final String NAIVE = "granularity: block, effort: full";
  private static final String RACED = "granularity: auto, effort: racing";

  /**
   * One way to score.
   *
   * @param report with its effort
   * @param seconds of scoring alone
   * @param chosen by the scores
   */
  public record Way(ScoringReport report, double seconds, List<Replacement> chosen) {}

  /**
   * Both ways, and whether their choices are the same.
   *
   * @param lost by how much the sum of naive scores of the other choice is worse, as a share
   */
  public record Result(Way naive, Way raced, double lost) {

    /** Whether the choices are the same. */
    public boolean sameChoice() {
      return naive.chosen().equals(raced.chosen());
    }
  }

  private final Path teacher;
  private final int sequences;
  private final String throughput;

  /**
   * A comparison.
   *
   * @param throughput of the target, such as {@code 1.6x}
   */
  public ScoringComparison(Path teacher, int sequences, String throughput) {
    this.teacher = teacher;
    this.sequences = sequences;
    this.throughput = throughput;
  }

  /** Runs both. */
  public Result run(ComputeDevice device, Progress progress) throws IOException {
    try (TemporaryFolder folder = TemporaryFolder.create("puzzle4j-score-")) {
      List<ScoreTable> tables = new ArrayList<>();
      Way naive = way(folder.path(), "naive", NAIVE, device, progress, tables);
      Way raced = way(folder.path(), "raced", RACED, device, progress, tables);
      double best = sum(tables.getFirst(), naive.chosen());
      return new Result(naive, raced, sum(tables.getFirst(), raced.chosen()) / best - 1);
    }
  }

  private Way way(
      Path folder,
      String name,
      String score,
      ComputeDevice device,
      Progress progress,
      List<ScoreTable> tables)
      throws IOException {
    String plan =
        """
        schema: 1
        teacher: {path: "%s"}
        store: "%s"
        data: {sequenceLength: 128}
        space: {attention: [gqa_2, gqa_1, noop], ffn: [75%%, 50%%, 25%%, 10%%, noop], channelMultiple: 16}
        rank: {sequences: 16}
        distill: {steps: 0, batch: 8, warmupSteps: 0}
        score: {sequences: %d, %s}
        targets:
          - gpu: h100-sxm
            scenario: {batch: [64, 128, 256]}
            throughput: %s
        solve: {timeLimit: 30s}
        baselines: []
        uptrain: {steps: 0, warmupSteps: 0}
        export: []
        """
            .formatted(
                teacher.toAbsolutePath(),
                folder.resolve(name + "-store"),
                sequences,
                score,
                throughput);
    try (Search search =
        Search.open(
            PlanReader.parse("bench score", folder, plan),
            folder.resolve(name),
            progress,
            device)) {
      search.distill();
      long began = System.nanoTime();
      ScoreTable scores = search.score();
      double seconds = Clock.secondsSince(began);
      tables.add(scores);
      TargetChoice choice = search.choose(scores).getFirst();
      return new Way(
          search.scoring().orElseThrow(),
          seconds,
          switch (choice) {
            case TargetChoice.Chosen chosen -> chosen.child().replacements();
            case TargetChoice.OutOfReach none -> throw new IOException(none.explanation());
          });
    }
  }

  private static double sum(ScoreTable scores, List<Replacement> chosen) {
    return chosen.stream().mapToDouble(one -> scores.score(one).divergence().mean()).sum();
  }
}
