package io.github.puzzle4j.search.cli.search;

import io.github.puzzle4j.blocklib.Json;
import io.github.puzzle4j.search.cli.frame.Answer;
import io.github.puzzle4j.search.cli.frame.Template;
import io.github.puzzle4j.search.run.Search;
import java.io.IOException;
import picocli.CommandLine.Command;
import tools.jackson.databind.JsonNode;

/** The scores alone, after the block library that they need. */
@Command(
    name = "score",
    description = "Score all variants of a plan by replacing one block; goes on where it stopped.",
    showDefaultValues = true)
public final class ScoreCommand extends StageCommand {

  @Override
  Answer answer(Search search) throws IOException {
    search.distill();
    JsonNode scores = Json.mapper().valueToTree(search.score().all());
    return Answer.success(
        Json.mapper().createObjectNode().set("scores", scores),
        Template.table(
            scores,
            "layer={layer}",
            "variant={variant}",
            "KL (nats)={divergence.mean:%.6f} +- {divergence.standardError:%.6f}",
            "LM loss (nats)={loss.mean:%.4f} +- {loss.standardError:%.4f}"));
  }
}
