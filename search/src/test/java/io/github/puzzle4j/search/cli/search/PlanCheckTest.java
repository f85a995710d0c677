package io.github.puzzle4j.search.cli.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.puzzle4j.search.cli.CommandRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a search would end with is what {@code plan} ends with. */
class PlanCheckTest {

  private static final Path TEACHER = Path.of("..", "examples", "tiny-teacher").toAbsolutePath();

  private static final String PLAN =
      """
      schema: 1
      teacher: {path: TEACHER}
      data: {sequenceLength: 128}
      space: {attention: [gqa_2], ffn: [50%]}
      targets:
        - gpu: h100-sxm
          scenario: {batch: [64]}
          parameters: 0.9x
      export: [huggingface, gguf]
      """;

  @TempDir Path folder;

  private CommandRun plan(String text) throws IOException {
    return CommandRun.of("plan", "--no-estimate", written(text));
  }

  private Path written(String text) throws IOException {
    return Files.writeString(
        folder.resolve("plan.yaml"), text.replace("TEACHER", TEACHER.toString()));
  }

  /** Ten times as much memory for activations is in the bounds of the stages that keep them. */
  @Test
  void whatEachStageNeedsInMemoryIsAComment() throws IOException {
    CommandRun small = plan(PLAN + "activations: {memory: 1GiB}\n");
    CommandRun large = plan(PLAN + "activations: {memory: 10GiB}\n");

    assertThat(small.exitCode()).isZero();
    assertThat(gib(large, "distill") - gib(small, "distill")).isCloseTo(9, within(0.02));
    assertThat(gib(large, "score") - gib(small, "score")).isCloseTo(9, within(0.02));
    assertThat(gib(large, "measure")).isEqualTo(gib(small, "measure")).isBetween(0.5, 1.0);
    assertThat(gib(large, "repair")).isGreaterThan(gib(small, "repair"));
    assertThat(plan(small.out()).exitCode()).isZero();
  }

  private static double gib(CommandRun run, String stage) {
    String line =
        run.out().lines().filter(any -> any.startsWith("# " + stage)).findFirst().orElseThrow();
    return Double.parseDouble(line.replaceAll("[^0-9.]", ""));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "TEACHER | nowhere | 2, nowhere: no such checkpoint folder",
        "128 | 100000 | 3, the teacher supports at most 256 tokens",
        "[gqa_2] | [gqa_3] | 4, gqa_3: 3 KV heads do not divide the teacher's 4",
        "[50%] | [50%\\, 60%]\\, channelMultiple: 256 | 4, 50% and 60% are all ffn_256 in every"
            + " layer",
        "[50%] | [50%]\\, merge: [7-9] | 4, merge: 7-9: the teacher's layers are 0 to 7",
        "h100-sxm | H100 | 6, did you mean h100-nvl or h100-pcie or h100-sxm?",
        "h100-sxm | h100-sxm\\n    backend: sglang | 7, unknown backend 'sglang'",
        "[64] | [64]\\, weights: nvfp4 | 7, h100-sxm does not multiply in nvfp4",
        "parameters: 0.9x | loader: any | 6, has no limit",
        "parameters: 0.9x | attentionLayers: 0 | 8, attentionLayers must be at least 1",
        "gguf | onnx | 9, unknown export format 'onnx'",
        "export: | solve: {backend: gurobi}\\nexport: | 9, there is no solver backend 'gurobi'",
        "128 | 128\\, text: [nowhere.jsonl] | 3, nowhere.jsonl: no such file",
      })
  void whatASearchWouldRefuseIsNamedWithItsLine(String right, String wrong, String expected)
      throws IOException {
    String line = expected.substring(0, expected.indexOf(','));
    String complaint = expected.substring(expected.indexOf(',') + 2);
    assertThat(PLAN).contains(right);
    String text = PLAN.replace(right, wrong.replace("\\n", "\n").replace("\\,", ","));

    CommandRun run = plan(text);

    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err())
        .hasLineCount(1)
        .startsWith("puzzle4j: %s, line %s: ".formatted(folder.resolve("plan.yaml"), line))
        .contains(complaint);
    assertThat(CommandRun.of("search", folder.resolve("plan.yaml"), "--out", folder.resolve("run")))
        .isEqualTo(run);
  }

  @Test
  void aTokenizerThatAFormatCannotHoldIsRefusedBeforeAnythingIsTrained() throws IOException {
    Path teacher = Files.createDirectory(folder.resolve("teacher"));
    for (String name : List.of("config.json", "model.safetensors", "tokenizer.json")) {
      Files.copy(TEACHER.resolve(name), teacher.resolve(name));
    }
    Path tokenizer = teacher.resolve("tokenizer.json");
    Files.writeString(
        tokenizer,
        Files.readString(tokenizer)
            .replace("\"normalizer\" : null", "\"normalizer\" : {\"type\": \"Lowercase\"}"));
    String text = PLAN.replace("TEACHER", teacher.toString());

    assertThat(plan(text).err()).contains("line 9: export: gguf: ", "tokenizer.json");
    assertThat(plan(text.replace(", gguf", "")).exitCode()).isZero();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "parameters: 0.9x | parameters: 0.01x | parameters",
        "parameters: 0.9x | weightBytes: 1KiB | GiB of weights",
        "parameters: 0.9x | kvBytesPerToken: 1 | bytes of KV cache per token",
        "parameters: 0.9x | attentionLayers: 7 | 8 layers with attention",
        "parameters: 0.9x | throughput: 100x | tokens/s at",
        "parameters: 0.9x | maxTimePerToken: 0.001ms | ms per output token",
        "parameters: 0.9x | memory: 1MiB | GiB of memory",
      })
  void aBudgetThatNothingCanKeepIsRefusedBeforeAnythingIsTrained(
      String right, String wrong, String reached) throws IOException {
    CommandRun run = plan(PLAN.replace(right, wrong));

    assertThat(run.exitCode()).isEqualTo(3);
    assertThat(run.err())
        .hasLineCount(1)
        .contains("targets[0], h100-sxm: nothing fits", "the best that any choice reaches is")
        .contains(reached);
    CommandRun search =
        CommandRun.of("search", folder.resolve("plan.yaml"), "--out", folder.resolve("run"));
    assertThat(search).isEqualTo(run);
    assertThat(folder.resolve("run/store/train")).doesNotExist();
  }

  @Test
  void variantsThatAreNeverCandidatesAreNamedForEachTarget() throws IOException {
    CommandRun run = plan(PLAN.replace("[gqa_2]", "[gqa_2, linear, window_16, noop]"));

    assertThat(run.exitCode()).isZero();
    assertThat(run.err())
        .contains("targets[0], h100-sxm: no candidate: attention linear; vllm is not known to load")
        .contains("no candidate: attention gqa_4_window_16; export gguf: ")
        .contains(
            "no candidate: attention noop in layer 0; vllm is not known to load a first layer")
        .contains("replacements are neither trained nor scored: no target can use them");
    assertThat(
            plan(PLAN.replace("[gqa_2]", "[gqa_2, linear]")
                    .replace("0.9x", "0.9x\n    loader: any"))
                .err())
        .doesNotContain("no candidate")
        .doesNotContain("neither trained");
  }

  @Test
  void theMultipleOfSharesFitsTheTeachersWidths() throws IOException {
    CommandRun run = plan(PLAN.replace("[50%]", "[50%, 49%]"));

    assertThat(run.exitCode()).isZero();
    assertThat(run.err()).contains("space.channelMultiple: auto is 4 for FFNs of 384 channels");
  }

  @ParameterizedTest
  @ValueSource(strings = {"plan", "solve", "inspect"})
  void whatIsNoFileIsNamedForWhatItIs(String command) throws IOException, InterruptedException {
    Path pipe = folder.resolve("pipe");
    assumeTrue(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor() == 0, "no mkfifo");
    Path dangling = Files.createSymbolicLink(folder.resolve("dangling"), Path.of("nowhere"));
    Path loop = Files.createSymbolicLink(folder.resolve("loop"), Path.of("loop"));

    requireRefused(command, pipe, "is a pipe, a socket or a device");
    requireRefused(command, Path.of("/dev/zero"), "is a pipe, a socket or a device");
    requireRefused(command, dangling, "is a link to nowhere, which does not exist");
    requireRefused(command, loop, "is a link to loop, which leads nowhere");
  }

  private static void requireRefused(String command, Path path, String complaint) {
    CommandRun run = CommandRun.of(command, path);
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).hasLineCount(1).startsWith("puzzle4j: " + path + ": " + complaint);
  }
}
