package io.github.puzzle4j.search.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.puzzle4j.blocklib.arch.Layer;
import io.github.puzzle4j.blocklib.arch.Replacement;
import io.github.puzzle4j.blocklib.task.Task;
import io.github.puzzle4j.blocklib.task.TaskVersions;
import io.github.puzzle4j.scoring.quality.Metric;
import io.github.puzzle4j.scoring.quality.ReplacementScore;
import io.github.puzzle4j.scoring.quality.ScoreTable;
import io.github.puzzle4j.search.report.ScoringReport;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Four layers with three variants of each half: 64 replacements, of which 28 change one half. */
class ScoreStageTest {

  private static final String WHOLE =
      SmallRun.PLAN
          .replace(
              "attention: [gqa_2], ffn: [50%]",
              "attention: [gqa_2, linear, noop], ffn: [50%, 25%, noop]")
          .replace("throughput: 1.1x", "loader: any\n    throughput: 2.2x");

  @TempDir Path folder;

  private SmallRun run;

  @BeforeEach
  void write() throws IOException {
    run = SmallRun.in(folder);
  }

  private static String plan(String score) {
    return WHOLE.replace("score: {sequences: 4}", "score: {%s}".formatted(score));
  }

  /** Scores of a plan, and the ids of what is chosen by them. */
  private record Scored(ScoreTable table, ScoringReport report, List<Replacement> chosen) {}

  private Scored score(String score) throws IOException {
    try (Search search = run.open(plan(score), TaskVersions.current())) {
      search.distill();
      ScoreTable table = search.score();
      TargetChoice.Chosen chosen = (TargetChoice.Chosen) search.choose(table).getFirst();
      return new Scored(table, search.scoring().orElseThrow(), chosen.child().replacements());
    }
  }

  @Test
  void aPairsScoreIsTheSumOfWhatItsHalvesChange() throws IOException {
    Scored block = score("sequences: 4, granularity: block");
    Scored sums = score("sequences: 4, granularity: subblock");
    assertThat(block.report().measured()).isEqualTo(64);
    assertThat(sums.report().measured()).isEqualTo(28);
    assertThat(sums.report().replacements()).isEqualTo(64);
    assertThat(sums.report().effort().layerTokens())
        .isEqualTo(block.report().effort().layerTokens() * 28 / 64);
    assertThat(block.report().effort()).isEqualTo(block.report().naive());
    Layer own = block.table().all().getFirst().replacement().instead().getFirst();
    for (ReplacementScore score : sums.table().all()) {
      Layer instead = score.replacement().instead().getFirst();
      double exactly = block.table().score(score.replacement()).divergence().mean();
      if (instead.attention().equals(own.attention()) || instead.ffn().equals(own.ffn())) {
        assertThat(score.divergence().mean()).isCloseTo(exactly, within(1e-9));
      } else {
        double expected =
            half(sums, score, own.with(instead.attention()))
                + half(sums, score, own.with(instead.ffn()));
        assertThat(score.divergence().mean()).isCloseTo(expected, within(1e-7));
        assertThat(score.divergence().standardError()).isPositive();
      }
    }
  }

  private static double half(Scored scored, ReplacementScore pair, Layer half) {
    return scored.table().score(Replacement.of(pair.layer(), half)).divergence().mean();
  }

  /** Whatever is chosen has been measured as a whole, and scores do not depend on the way. */
  @Test
  void pairsThatMayBePickedAreMeasured() throws IOException {
    Scored block = score("sequences: 4, granularity: block");
    Scored auto = score("sequences: 4, granularity: auto");
    assertThat(auto.report().measured()).isBetween(28, 63);
    for (Replacement one : auto.chosen()) {
      assertThat(auto.table().score(one).divergence().mean())
          .as(one.id())
          .isCloseTo(block.table().score(one).divergence().mean(), within(1e-9));
    }
    assertThat(auto.report().sums()).isPresent();
  }

  @Test
  void aRaceSpendsLessAndChoosesTheSame() throws IOException {
    run.writeRows("texts", "validation", 32, 101);
    Scored full = score("sequences: 32");
    Scored raced = score("sequences: 32, effort: racing");
    assertThat(raced.report().effort().layerTokens())
        .isLessThan(full.report().effort().layerTokens() * 3 / 4);
    assertThat(raced.chosen()).isEqualTo(full.chosen());
    assertThat(raced.report().agreement()).isPresent();
    for (Replacement one : raced.chosen()) {
      assertThat(raced.table().score(one).loss().tokens())
          .isEqualTo(23L * raced.report().sequences());
    }
    assertThat(raced.report().line()).contains("% of resampled texts");
  }

  /** What was measured on a shorter text is a part of what is measured on a longer one. */
  @Test
  void moreSequencesReuseThoseThatWereMeasured() throws IOException {
    run.writeRows("texts", "validation", 32, 101);
    Map<Integer, Integer> computed = new LinkedHashMap<>();
    for (int sequences : List.of(16, 24)) {
      try (Search search =
          run.open(plan("sequences: %d".formatted(sequences)), TaskVersions.current())) {
        search.distill();
        search.score();
        computed.put(sequences, search.tasks().computed().get(Task.Kind.SCORE));
      }
    }
    assertThat(computed).isEqualTo(Map.of(16, 4 * 64, 24, 2 * 64));
  }

  @Test
  void whatIsMinimisedMayBeWeighted() throws IOException {
    Scored loss = score("sequences: 4, metric: {lm_loss: 1}");
    Scored both = score("sequences: 4, metric: {kl: 1, lm_loss: 0.5}");
    assertThat(loss.report().minimised()).isEqualTo("LM loss");
    assertThat(both.report().minimised()).isEqualTo("KL + 0.5 LM loss");
    assertThat(both.table().all().getFirst().in(Metric.LM_LOSS))
        .isEqualTo(loss.table().all().getFirst().in(Metric.LM_LOSS));
  }
}
