package io.github.puzzle4j.search.cli.model;

import io.github.puzzle4j.blocklib.InputFile;
import io.github.puzzle4j.blocklib.Json;
import io.github.puzzle4j.blocklib.arch.CommonParts;
import io.github.puzzle4j.blocklib.arch.ExpertsFfn;
import io.github.puzzle4j.blocklib.arch.Ffn;
import io.github.puzzle4j.blocklib.arch.GatedFfn;
import io.github.puzzle4j.blocklib.arch.KvCache;
import io.github.puzzle4j.blocklib.arch.Layer;
import io.github.puzzle4j.blocklib.arch.LinearAttention;
import io.github.puzzle4j.blocklib.arch.LinearFfn;
import io.github.puzzle4j.blocklib.arch.Model;
import io.github.puzzle4j.blocklib.arch.NoAttention;
import io.github.puzzle4j.blocklib.arch.NoFfn;
import io.github.puzzle4j.blocklib.arch.SoftmaxAttention;
import io.github.puzzle4j.blocklib.checkpoint.Checkpoint;
import io.github.puzzle4j.blocklib.checkpoint.FiniteCheck;
import io.github.puzzle4j.blocklib.gguf.GgufFile;
import io.github.puzzle4j.search.cli.frame.Answer;
import io.github.puzzle4j.search.cli.frame.AnsweringCommand;
import io.github.puzzle4j.search.cli.frame.CliException;
import io.github.puzzle4j.search.cli.frame.Template;
import io.github.puzzle4j.search.progress.Progress;
import io.github.puzzle4j.search.progress.ProgressTask;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.StringJoiner;
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
    ObjectNode json = json(progress);
    return Answer.success(json, text(json));
  }

  private ObjectNode json(Progress progress) throws CliException, IOException {
    InputFile.requireEither(model, "no such checkpoint folder");
    boolean gguf = GgufFile.isOne(model);
    if (Files.isRegularFile(model) && !gguf) {
      if (check) {
        throw new CliException.UserMistake(
            "--check reads weights: give the checkpoint folder, not %s".formatted(model));
      }
      return json(ModelConfigFile.read(model), Map.of());
    }
    if (!gguf) {
      Model shape = ModelConfigFile.read(model);
      if (!check && shape.objectionToComputing().isPresent()) {
        return json(shape, Map.of());
      }
    }
    try (Checkpoint checkpoint = Checkpoint.open(model)) {
      if (check) {
        requireFinite(progress, checkpoint);
      }
      return json(checkpoint.model(), checkpoint.storedBytes());
    }
  }

  private void requireFinite(Progress progress, Checkpoint checkpoint) throws IOException {
    try (ProgressTask task = progress.start("check", checkpoint.names().size())) {
      FiniteCheck.require(model.toString(), checkpoint, _ -> task.step(1));
    }
  }

  /**
   * The answer as JSON.
   *
   * @param stored bytes of weights by their type in the files; empty for a config alone
   */
  private static ObjectNode json(Model shape, Map<String, Long> stored) {
    CommonParts common = shape.common();
    Optional<SoftmaxAttention> attention = shape.firstSoftmax();
    ArrayNode layers = Json.mapper().createArrayNode();
    shape.layers().forEach(one -> layers.add(layer(layers.size(), one, shape.hiddenSize())));
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
        .put("kv_bytes_per_token", BYTES_OF_A_CACHED_NUMBER * shape.cachedElementsPerToken())
        // Why the model can be priced but not computed; null if it can.
        .put("priced_only", shape.objectionToComputing().orElse(null));
    json.set("stored_bytes", Json.mapper().valueToTree(stored));
    return json.set("layers", layers);
  }

  /** A layer, counted from 0; absent parts are 0. */
  private static ObjectNode layer(int index, Layer layer, int hiddenSize) {
    Optional<KvCache> cache = layer.attention().cache();
    return Json.mapper()
        .createObjectNode()
        .put("layer", index)
        .put(
            "attention",
            switch (layer.attention()) {
              case SoftmaxAttention _ -> "gqa";
              case LinearAttention _, NoAttention _ -> layer.attention().id();
            })
        .put("kv_heads", cache.map(KvCache::kvHeads).orElse(0))
        .put("window", cache.map(KvCache::window).orElse(0))
        .put(
            "ffn",
            switch (layer.ffn()) {
              case GatedFfn _ -> "gated";
              case ExpertsFfn _ -> "experts";
              case LinearFfn _, NoFfn _ -> layer.ffn().id();
            })
        .put("experts", experts(layer.ffn()))
        .put("ffn_channels", channels(layer.ffn()))
        .put("parameters", layer.parameters(hiddenSize))
        .put(
            KV_BYTES,
            cache.map(one -> BYTES_OF_A_CACHED_NUMBER * one.elementsPerToken()).orElse(0L));
  }

  private static int experts(Ffn ffn) {
    return switch (ffn) {
      case ExpertsFfn experts -> experts.count();
      case GatedFfn _, LinearFfn _, NoFfn _ -> 0;
    };
  }

  /** Channels; of one expert if there are several. */
  private static int channels(Ffn ffn) {
    return switch (ffn) {
      case GatedFfn(int channels) -> channels;
      case ExpertsFfn experts -> experts.channels();
      case LinearFfn _, NoFfn _ -> 0;
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
