package io.github.puzzle4j.search.cli.model;

import io.github.puzzle4j.blocklib.InputFile;
import io.github.puzzle4j.blocklib.Json;
import io.github.puzzle4j.blocklib.arch.CommonParts;
import io.github.puzzle4j.blocklib.arch.Model;
import io.github.puzzle4j.blocklib.arch.SoftmaxAttention;
import io.github.puzzle4j.blocklib.checkpoint.Checkpoint;
import io.github.puzzle4j.blocklib.checkpoint.FiniteCheck;
import io.github.puzzle4j.blocklib.gguf.GgufFile;
import io.github.puzzle4j.search.api.ModelDescription;
import io.github.puzzle4j.search.api.Table;
import io.github.puzzle4j.search.cli.frame.Answer;
import io.github.puzzle4j.search.cli.frame.AnsweringCommand;
import io.github.puzzle4j.search.cli.frame.CliException;
import io.github.puzzle4j.search.progress.Progress;
import io.github.puzzle4j.search.progress.ProgressTask;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Shows the layers of a model. */
@Command(
    name = "inspect",
    description = "Show a model layer by layer: KV heads, FFN channels, parameters, KV cache.")
public final class InspectCommand extends AnsweringCommand {

  @Parameters(
      paramLabel = "DIR",
      description =
          "A checkpoint folder or GGUF file, which is checked in full if such a model can be"
              + " computed, or a config.json alone.")
  private Path model;

  @Option(
      names = "--check",
      description = {
        "Read all weights too, and refuse the model if a number is NaN or infinite: names tensor"
            + " and position."
      })
  private boolean check;

  @Override
  protected Answer answer(Progress progress) throws CliException, IOException {
    InputFile.requireEither(model, "no such checkpoint folder");
    if (check) {
      requireFinite(progress);
    }
    ModelDescription description = ModelDescription.of(model);
    return Answer.success(json(description), description.toString());
  }

  private void requireFinite(Progress progress) throws CliException, IOException {
    if (Files.isRegularFile(model) && !GgufFile.isOne(model)) {
      throw new CliException.UserMistake(
          "--check reads weights: give the checkpoint folder, not %s".formatted(model));
    }
    try (Checkpoint checkpoint = Checkpoint.open(model);
        ProgressTask task = progress.start("check", checkpoint.names().size())) {
      FiniteCheck.require(model.toString(), checkpoint, _ -> task.step(1));
    }
  }

  private static ObjectNode json(ModelDescription description) {
    Model shape = description.model();
    CommonParts common = shape.common();
    Optional<SoftmaxAttention> attention = description.attention();
    ObjectNode json = Json.mapper().createObjectNode();
    json.put("family", common.family())
        .put("vocabulary_size", common.vocabularySize())
        .put("hidden_size", common.hiddenSize())
        .put("heads", attention.map(own -> own.heads().heads()).orElse(0))
        .put("head_dim", attention.map(own -> own.heads().headDim()).orElse(0))
        .put("max_positions", common.maxPositions())
        .put("tied_embeddings", common.tiedEmbeddings())
        .put("parameters", shape.parameters())
        .put("parameters_outside_layers", common.parameters())
        .put("kv_bytes_per_token", description.kvBytesPerToken())
        // Why the model can be priced but not computed; null if it can.
        .put("priced_only", shape.objectionToComputing().orElse(null));
    json.set("stored_bytes", Json.mapper().valueToTree(description.storedBytes()));
    ArrayNode layers = json.putArray("layers");
    Table table = description.layers();
    for (List<Object> row : table.rows()) {
      ObjectNode layer = layers.addObject();
      for (int i = 0; i < row.size(); i++) {
        layer.putPOJO(table.columns().get(i), row.get(i));
      }
    }
    return json;
  }
}
