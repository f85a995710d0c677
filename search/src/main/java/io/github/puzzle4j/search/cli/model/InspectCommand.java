package io.github.puzzle4j.search.cli.model;

import io.github.puzzle4j.blocklib.InvalidInputException;
import io.github.puzzle4j.blocklib.Json;
import io.github.puzzle4j.blocklib.arch.Architecture;
import io.github.puzzle4j.blocklib.arch.AttentionShape;
import io.github.puzzle4j.blocklib.arch.BlockVariant;
import io.github.puzzle4j.blocklib.arch.ModelConfig;
import io.github.puzzle4j.blocklib.arch.ffn.FfnVariant;
import io.github.puzzle4j.blocklib.checkpoint.Checkpoint;
import io.github.puzzle4j.blocklib.checkpoint.FiniteCheck;
import io.github.puzzle4j.blocklib.checkpoint.TensorSource;
import io.github.puzzle4j.blocklib.checkpoint.TensorSpec;
import io.github.puzzle4j.search.cli.frame.Answer;
import io.github.puzzle4j.search.cli.frame.AnsweringCommand;
import io.github.puzzle4j.search.cli.frame.CliException;
import io.github.puzzle4j.search.cli.frame.Template;
import io.github.puzzle4j.search.progress.Progress;
import io.github.puzzle4j.search.progress.ProgressTask;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.StringJoiner;
import java.util.TreeMap;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Shows what a model is made of. */
@Command(
    name = "inspect",
    description = "Show a model layer by layer: KV heads, FFN channels, parameters, KV cache.")
public final class InspectCommand extends AnsweringCommand {

  private static final String KV_BYTES = "kv_bytes_per_token";
  private static final long BYTES_OF_A_CACHED_NUMBER = 2;

  private static final String SUMMARY =
      """
      hidden {hidden_size}, {heads} heads of {head_dim}, vocabulary {vocabulary_size}, \
      {max_positions} positions%s
      parameters  {parameters:%,d}, of them {parameters_outside_layers:%,d} outside the layers
      KV cache    {kv_bytes_per_token:%,d} bytes per token in 16 bits\
      """;

  @Parameters(
      paramLabel = "DIR",
      description =
          "A checkpoint folder, which is checked in full if such a model can be computed, or a"
              + " config.json alone.")
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
    ObjectNode json = json(progress);
    return Answer.success(json, text(json));
  }

  private ObjectNode json(Progress progress) throws CliException, IOException {
    if (Files.isRegularFile(model)) {
      if (check) {
        throw new CliException.UserMistake(
            "--check reads weights: give the checkpoint folder, not %s".formatted(model));
      }
      return json(ModelConfigFile.read(model), Map.of());
    }
    if (Files.isDirectory(model)) {
      Architecture architecture = ModelConfigFile.read(model);
      if (!check && architecture.objectionToComputing().isPresent()) {
        return json(architecture, Map.of());
      }
    }
    try (Checkpoint checkpoint = Checkpoint.open(model)) {
      if (check) {
        requireFinite(progress, checkpoint);
      }
      return json(checkpoint.architecture(), storedBytes(checkpoint.stored()));
    }
  }

  private void requireFinite(Progress progress, Checkpoint checkpoint) throws IOException {
    List<FiniteCheck.Finding> findings;
    try (ProgressTask task = progress.start("check", checkpoint.names().size())) {
      findings = FiniteCheck.of(checkpoint, tensor -> task.step(1));
    }
    if (!findings.isEmpty()) {
      FiniteCheck.Finding first = findings.getFirst();
      throw new InvalidInputException(
          "%s: tensor '%s' holds %s at %s; %d of its %d numbers are not finite%s"
              .formatted(
                  model,
                  first.tensor(),
                  first.value(),
                  first.position(),
                  first.count(),
                  first.elements(),
                  others(findings)));
    }
  }

  private static String others(List<FiniteCheck.Finding> findings) {
    return findings.size() == 1
        ? ""
        : findings.stream()
            .skip(1)
            .map(FiniteCheck.Finding::tensor)
            .collect(Collectors.joining("', '", ", nor are some of '", "'"));
  }

  private static Map<String, Long> storedBytes(TensorSource tensors) throws IOException {
    Map<String, Long> stored = new TreeMap<>();
    for (String name : tensors.names()) {
      TensorSpec spec = tensors.spec(name);
      stored.merge(spec.type().name(), spec.bytes(), Long::sum);
    }
    return stored;
  }

  /**
   * What the model is made of.
   *
   * @param stored bytes of weights by their type in the files; empty for a config alone
   */
  private static ObjectNode json(Architecture architecture, Map<String, Long> stored) {
    ModelConfig config = architecture.config();
    ArrayNode layers = Json.mapper().createArrayNode();
    architecture.blocks().forEach(block -> layers.add(layer(layers.size(), block, config)));
    ObjectNode json = Json.mapper().createObjectNode();
    json.put("family", config.family())
        .put("vocabulary_size", config.vocabularySize())
        .put("hidden_size", config.hiddenSize())
        .put("heads", config.attention().heads())
        .put("head_dim", config.attention().headDim())
        .put("max_positions", config.maxPositions())
        .put("tied_embeddings", config.tiedEmbeddings())
        .put("parameters", architecture.parameters())
        .put("parameters_outside_layers", config.parametersOutsideLayers())
        .put(
            "kv_bytes_per_token",
            layers.valueStream().mapToLong(layer -> layer.get(KV_BYTES).longValue()).sum())
        // Why the model can be priced but not computed; null if it can.
        .put("priced_only", architecture.objectionToComputing().orElse(null));
    json.set("stored_bytes", Json.mapper().valueToTree(stored));
    return json.set("layers", layers);
  }

  /** A layer, counted from 0; what it does not have is 0. */
  private static ObjectNode layer(int index, BlockVariant block, ModelConfig config) {
    Optional<AttentionShape> cached = block.attention().cachedHeads(config);
    int channels = block.ffn().channels(config);
    int experts = experts(block.ffn(), config);
    return Json.mapper()
        .createObjectNode()
        .put("layer", index)
        .put("attention", cached.isPresent() ? "gqa" : block.attention().id())
        .put("kv_heads", cached.map(AttentionShape::kvHeads).orElse(0))
        .put("window", cached.isPresent() ? block.attention().window(config) : 0)
        .put("ffn", experts > 0 ? "experts" : channels > 0 ? "gated" : block.ffn().id())
        .put("experts", experts)
        .put("ffn_channels", channels)
        .put("parameters", block.parameters(config))
        .put(
            KV_BYTES,
            cached.map(shape -> 2 * BYTES_OF_A_CACHED_NUMBER * shape.kvWidth()).orElse(0L));
  }

  private static int experts(FfnVariant ffn, ModelConfig config) {
    return switch (ffn) {
      case FfnVariant.Teacher() -> config.experts().count();
      case FfnVariant.Experts(int count) -> count;
      case FfnVariant.Pruned(_), FfnVariant.Linear(), FfnVariant.NoOp() -> 0;
    };
  }

  private String text(ObjectNode json) {
    StringJoiner lines = new StringJoiner("\n");
    lines.add(
        "%s: %s, %d layers, %s"
            .formatted(
                model,
                json.get("family").stringValue(),
                json.get("layers").size(),
                Template.fill(json, SUMMARY)
                    .formatted(
                        json.get("tied_embeddings").booleanValue() ? ", tied embeddings" : "")));
    json.get("priced_only")
        .asStringOpt()
        .ifPresent(reason -> lines.add("weights     not read: " + reason));
    json.get("stored_bytes")
        .forEachEntry((type, bytes) ->
            lines.add("stored      %,d bytes %s".formatted(bytes.longValue(), type)));
    return lines
        .add("")
        .add(
            Template.table(
                json.get("layers"),
                "layer={layer}",
                "attention={attention}",
                "KV heads={kv_heads}",
                "window={window?:%,d}",
                "FFN={ffn}",
                "experts={experts?:%,d}",
                "channels={ffn_channels:%,d}",
                "parameters={parameters:%,d}",
                "KV bytes={kv_bytes_per_token:%,d}"))
        .toString();
  }
}
