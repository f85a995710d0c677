package io.github.puzzle4j.search.cli.model;

import io.github.puzzle4j.blocklib.InputFile;
import io.github.puzzle4j.blocklib.Json;
import io.github.puzzle4j.blocklib.corpus.TokenSequence;
import io.github.puzzle4j.blocklib.corpus.source.CorpusFiles;
import io.github.puzzle4j.blocklib.model.ModelFolder;
import io.github.puzzle4j.blocklib.tensor.DeviceMemory;
import io.github.puzzle4j.search.cli.frame.Answer;
import io.github.puzzle4j.search.cli.frame.AnsweringCommand;
import io.github.puzzle4j.search.cli.frame.CliException;
import io.github.puzzle4j.search.cli.frame.DeviceOption;
import io.github.puzzle4j.search.cli.frame.ExitCode;
import io.github.puzzle4j.search.cli.frame.Require;
import io.github.puzzle4j.search.evaluate.EvalRows;
import io.github.puzzle4j.search.progress.Progress;
import io.github.puzzle4j.search.progress.ProgressTask;
import io.github.puzzle4j.search.verify.Finding;
import io.github.puzzle4j.search.verify.Verification;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Reads an exported model again, here and elsewhere. */
@Command(
    name = "verify-export",
    description = "Check that an exported model computes what it should, here and in engines.",
    showDefaultValues = true)
public final class VerifyExportCommand extends AnsweringCommand {

  @Parameters(
      paramLabel = "DIR_OR_GGUF",
      description = "What was exported: a folder, or a GGUF file, which llama.cpp loads here too.")
  private Path model;

  @Option(
      names = "--against",
      paramLabel = "DIR_OR_GGUF",
      description = "What it should compute: the same child in another format.")
  private @Nullable Path against;

  @Option(
      names = "--python",
      paramLabel = "PROGRAM",
      description = "A Python with transformers, vLLM or both, in which a folder is loaded.")
  private @Nullable Path python;

  @Option(
      names = "--data",
      paramLabel = "FILE_OR_DIR",
      description = "Text as for eval; without it random tokens.")
  private @Nullable Path data;

  @Option(
      names = "--tokens",
      defaultValue = "2048",
      paramLabel = "N",
      description = "Tokens of the text that are read at most.")
  private int tokens;

  @Mixin private DeviceOption device = new DeviceOption();

  @Override
  protected Answer answer(Progress progress) throws CliException, IOException {
    Require.positive("--tokens", tokens);
    for (Path path : new @Nullable Path[] {model, against, data}) {
      if (path != null) {
        InputFile.requireEither(path, "no such file or folder");
      }
    }
    List<Finding> findings;
    try (DeviceMemory memory = device.device().memory();
        ProgressTask task = progress.start("verify", 1)) {
      findings =
          new Verification(model, Optional.ofNullable(against), Optional.ofNullable(python))
              .run(memory, this::rows);
      task.step(1);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted");
    }
    return answer(findings);
  }

  private Answer answer(List<Finding> findings) {
    ObjectNode json = Json.mapper().createObjectNode();
    json.put("model", model.toString());
    ArrayNode checks = json.putArray("checks");
    findings.forEach(finding -> checks.add(finding.json()));
    long failed =
        findings.stream().filter(finding -> finding.outcome() == Finding.Outcome.FAILED).count();
    json.put("failed", failed);
    String text =
        findings.stream()
            .map(finding ->
                "%-12s  %-12s  %s"
                    .formatted(
                        finding.check(),
                        finding.outcome().id().replace('_', ' '),
                        finding.detail()))
            .collect(Collectors.joining("\n"));
    return failed == 0
        ? Answer.success(json, text)
        : new Answer(
            ExitCode.FAILURE,
            json,
            text,
            "%s: %d of %d checks failed".formatted(model, failed, findings.size()));
  }

  private List<List<Integer>> rows(ModelFolder folder) throws IOException {
    if (data == null) {
      return Verification.Rows.drawn().of(folder);
    }
    int vocabulary = folder.model().common().vocabularySize();
    int longest = folder.model().common().longestContext();
    EvalRows found = new EvalRows(CorpusFiles.find(data), folder, vocabulary, longest);
    found.check(data);
    List<List<Integer>> rows = new ArrayList<>();
    found.forEach(part -> {
      int left = tokens - rows.stream().mapToInt(List::size).sum();
      for (TokenSequence row : part) {
        if (left >= 2 && row.length() >= 2) {
          int length = Math.min(left, row.length());
          rows.add(Arrays.stream(row.ids()).limit(length).boxed().toList());
          left -= length;
        }
      }
    });
    return List.copyOf(rows);
  }
}
