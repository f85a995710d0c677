package io.github.puzzle4j.search.cli.cost;

import io.github.puzzle4j.blocklib.Json;
import io.github.puzzle4j.scoring.cost.kernel.Provenance;
import io.github.puzzle4j.scoring.cost.target.BackendProfile;
import io.github.puzzle4j.scoring.cost.target.GpuTarget;
import io.github.puzzle4j.scoring.cost.target.GpuTargets;
import io.github.puzzle4j.search.cli.frame.Answer;
import io.github.puzzle4j.search.cli.frame.AnsweringCommand;
import io.github.puzzle4j.search.cli.frame.Template;
import io.github.puzzle4j.search.progress.Progress;
import io.github.puzzle4j.search.report.TextTable;
import java.io.IOException;
import java.util.StringJoiner;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Lists the GPUs that models can be priced on. */
@Command(
    name = "targets",
    description = "List the GPUs that models can be priced on, and how good the predictions are.")
public final class TargetsCommand extends AnsweringCommand {

  @Override
  protected Answer answer(Progress progress) throws IOException {
    ArrayNode targets = Json.mapper().createArrayNode();
    GpuTargets.all().forEach(target -> targets.add(json(target)));
    StringJoiner parts = new StringJoiner("\n\n");
    parts.add(datasheets(targets).toString());
    for (JsonNode target : targets) {
      for (JsonNode backend : target.get("backends")) {
        parts.add(errors(target, backend));
      }
    }
    return Answer.success(
        Json.mapper().createObjectNode().set("targets", targets), parts.toString());
  }

  private static TextTable datasheets(ArrayNode targets) {
    TextTable table = new TextTable("target|GPU|memory|bandwidth|dense bf16|SMs|backends");
    for (JsonNode target : targets) {
      JsonNode sheet = target.get("datasheet");
      table.row(
          target.get("name").stringValue(),
          target.get("title").stringValue(),
          Template.fill(sheet, "{memory_bytes/1073741824:%.0f} GiB"),
          Template.fill(sheet, "{memory_bytes_per_second/1e12:%.2f} TB/s"),
          Template.fill(sheet, "{peak_flops_per_second.bf16/1e12:%.0f} TFLOP/s"),
          Template.fill(sheet, "{multiprocessors}"),
          target
              .get("backends")
              .valueStream()
              .map(backend -> backend.get("name").stringValue())
              .collect(Collectors.joining(", ")));
    }
    return table;
  }

  private static ObjectNode json(GpuTarget target) {
    ObjectNode json = Json.mapper().createObjectNode();
    json.put("name", target.name())
        .put("title", target.title())
        .put("architecture", target.architecture())
        .set("datasheet", Json.mapper().valueToTree(target.datasheet()));
    ArrayNode backends = json.putArray("backends");
    target.backends().forEach((name, profile) -> backends.add(json(name, profile)));
    return json;
  }

  private static ObjectNode json(String name, BackendProfile profile) {
    ObjectNode json =
        Json.mapper()
            .createObjectNode()
            .put("name", name)
            .put("version", profile.version())
            .put("max_batched_tokens", profile.maxBatchedTokens())
            .put("max_sequences", profile.maxSequences());
    ArrayNode errors = json.putArray("operations");
    profile.gemm().forEach((type, it) -> error(errors, "gemm", type.id(), it.provenance()));
    profile
        .decodeAttention()
        .forEach(
            (kernel, it) -> error(errors, "decode_attention", kernel.toString(), it.provenance()));
    profile
        .prefillAttention()
        .forEach(
            (kernel, it) -> error(errors, "prefill_attention", kernel.toString(), it.provenance()));
    profile
        .allReduce()
        .forEach((gpus, it) -> error(errors, "all_reduce", gpus + " GPUs", it.provenance()));
    profile.experts().forEach((type, it) -> error(errors, "experts", type.id(), it.provenance()));
    error(errors, "elementwise", "any", profile.elementwise().provenance());
    error(errors, "engine", "any", profile.engine().provenance());
    return json;
  }

  private static void error(
      ArrayNode errors, String operation, String precision, Provenance provenance) {
    errors
        .addObject()
        .put("operation", operation)
        .put("precision", precision)
        .put("p90", provenance.p90())
        .put("provenance", provenance.summary());
  }

  private static String errors(JsonNode target, JsonNode backend) {
    StringJoiner lines = new StringJoiner("\n");
    lines.add(
        Template.fill(target, "{name}, ")
            + Template.fill(
                backend, "{name} {version}: errors that nine predictions in ten stay below"));
    for (JsonNode error : backend.get("operations")) {
      lines.add(
          Template.fill(
              error, "  {operation:%-18s} {precision:%-5s} {p90*100:%5.1f} %  {provenance}"));
    }
    return lines.add(Template.fill(target, "  datasheet: {datasheet.source}")).toString();
  }
}
