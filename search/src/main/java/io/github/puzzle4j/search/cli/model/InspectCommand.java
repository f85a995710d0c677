package io.github.puzzle4j.search.cli.model;

import io.github.puzzle4j.blocklib.InvalidInputException;
import io.github.puzzle4j.blocklib.arch.Architecture;
import io.github.puzzle4j.blocklib.checkpoint.Checkpoint;
import io.github.puzzle4j.blocklib.checkpoint.FiniteCheck;
import io.github.puzzle4j.search.cli.frame.Answer;
import io.github.puzzle4j.search.cli.frame.AnsweringCommand;
import io.github.puzzle4j.search.cli.frame.CliException;
import io.github.puzzle4j.search.progress.Progress;
import io.github.puzzle4j.search.progress.ProgressTask;
import io.github.puzzle4j.search.report.TextTable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.StringJoiner;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Shows what a model is made of. */
@Command(
    name = "inspect",
    description = "Show a model layer by layer: KV heads, FFN channels, parameters, KV cache.")
public final class InspectCommand extends AnsweringCommand {

  @Parameters(
      paramLabel = "DIR",
      description =
          "A checkpoint folder, which is checked in full if such a model can be computed, or a"
              + " config.json alone.")
  @SuppressWarnings("NullAway.Init") // set by picocli before the call
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
    InspectReport report = report(progress);
    return Answer.success(report, text(report));
  }

  private InspectReport report(Progress progress) throws CliException, IOException {
    if (Files.isRegularFile(model)) {
      if (check) {
        throw new CliException.UserMistake(
            "--check reads weights: give the checkpoint folder, not %s".formatted(model));
      }
      return InspectReport.of(ModelConfigFile.read(model));
    }
    if (Files.isDirectory(model)) {
      Architecture architecture = ModelConfigFile.read(model);
      if (!check && architecture.objectionToComputing().isPresent()) {
        return InspectReport.of(architecture);
      }
    }
    try (Checkpoint checkpoint = Checkpoint.open(model)) {
      if (check) {
        requireFinite(progress, checkpoint);
      }
      return InspectReport.of(checkpoint.architecture(), checkpoint.stored());
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

  private String text(InspectReport report) {
    StringJoiner lines = new StringJoiner("\n");
    lines.add(
        String.format(
            Locale.ROOT,
            "%s: %s, %d layers, hidden %d, %d heads of %d, vocabulary %d, %d positions%s",
            model,
            report.family(),
            report.layers().size(),
            report.hiddenSize(),
            report.heads(),
            report.headDim(),
            report.vocabularySize(),
            report.maxPositions(),
            report.tiedEmbeddings() ? ", tied embeddings" : ""));
    lines.add(
        String.format(
            Locale.ROOT,
            "parameters  %,d, of them %,d outside the layers",
            report.parameters(),
            report.parametersOutsideLayers()));
    lines.add(
        String.format(
            Locale.ROOT, "KV cache    %,d bytes per token in 16 bits", report.kvBytesPerToken()));
    report.pricedOnly().ifPresent(reason -> lines.add("weights     not read: " + reason));
    report
        .storedBytes()
        .forEach((type, bytes) ->
            lines.add(String.format(Locale.ROOT, "stored      %,d bytes %s", bytes, type)));
    return lines.add("").add(layers(report).toString()).toString();
  }

  private static TextTable layers(InspectReport report) {
    TextTable table =
        new TextTable(
            List.of(
                "layer",
                "attention",
                "KV heads",
                "window",
                "FFN",
                "experts",
                "channels",
                "parameters",
                "KV bytes"));
    for (InspectReport.Layer layer : report.layers()) {
      table.add(
          List.of(
              String.format(Locale.ROOT, "%d", layer.layer()),
              layer.attention(),
              String.format(Locale.ROOT, "%d", layer.kvHeads()),
              layer.window() == 0 ? "" : String.format(Locale.ROOT, "%,d", layer.window()),
              layer.ffn(),
              layer.experts() == 0 ? "" : String.format(Locale.ROOT, "%,d", layer.experts()),
              String.format(Locale.ROOT, "%,d", layer.ffnChannels()),
              String.format(Locale.ROOT, "%,d", layer.parameters()),
              String.format(Locale.ROOT, "%,d", layer.kvBytesPerToken())));
    }
    return table;
  }
}
