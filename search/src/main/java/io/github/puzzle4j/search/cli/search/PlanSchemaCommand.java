package io.github.puzzle4j.search.cli.search;

import io.github.puzzle4j.search.cli.frame.Answer;
import io.github.puzzle4j.search.cli.frame.AnsweringCommand;
import io.github.puzzle4j.search.plan.PlanSchema;
import io.github.puzzle4j.search.progress.Progress;
import java.io.IOException;
import picocli.CommandLine.Command;
import tools.jackson.databind.node.ObjectNode;

/** The JSON Schema of plans, for editors. */
@Command(name = "schema", description = "Print the JSON Schema of plans, for editors.")
public final class PlanSchemaCommand extends AnsweringCommand {

  @Override
  protected Answer answer(Progress progress) throws IOException {
    ObjectNode schema = PlanSchema.json();
    return Answer.success(schema, schema.toPrettyString());
  }
}
