package io.github.puzzle4j.search.cli.search;

import io.github.puzzle4j.scoring.quality.VariantScore;
import io.github.puzzle4j.search.cli.frame.Answer;
import io.github.puzzle4j.search.run.Search;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Command;

/** The scores alone, after the block library that they need. */
@Command(
    name = "score",
    description = "Score all variants of a plan by replacing one block; goes on where it stopped.",
    showDefaultValues = true)
public final class ScoreCommand extends StageCommand {

  /** What machines are told. */
  record Scores(List<VariantScore> scores) {

    Scores {
      scores = List.copyOf(scores);
    }
  }

  @Override
  Answer answer(Search search) throws IOException {
    search.distill();
    Scores scores = new Scores(search.score().all());
    StringBuilder text =
        new StringBuilder("layer  variant               KL (nats)             LM loss (nats)");
    for (VariantScore score : scores.scores()) {
      text.append(
          String.format(
              Locale.ROOT,
              "%n%5d  %-18s  %.6f +- %.6f  %.4f +- %.4f",
              score.layer(),
              score.variant(),
              score.divergence().mean(),
              score.divergence().standardError(),
              score.loss().mean(),
              score.loss().standardError()));
    }
    return Answer.success(scores, text.toString());
  }
}
