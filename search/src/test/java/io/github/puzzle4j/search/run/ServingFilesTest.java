package io.github.puzzle4j.search.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.puzzle4j.blocklib.task.TaskVersions;
import io.github.puzzle4j.search.report.TargetReport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** What an export brings along for those who serve it. */
class ServingFilesTest {

  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({
    "vllm, 'vllm serve DIR --tensor-parallel-size 2', vllm/vllm-openai,"
        + " '/model --tensor-parallel-size 2 --host 0.0.0.0 --port 8000'",
    "trtllm, 'trtllm-serve DIR --tp_size 2', nvcr.io/nvidia/tensorrt-llm/release,"
        + " 'trtllm-serve /model --tp_size 2 --host 0.0.0.0 --port 8000'",
  })
  void commandsAndAComposeFileServeAFolder(
      String backend, String command, String image, String words) throws IOException {
    SmallRun run = SmallRun.in(folder);
    String plan =
        SmallRun.PLAN
            .replace("throughput: 1.1x\n    ", "")
            .replace("gpu: h100-sxm", "gpu: h100-sxm\n    backend: " + backend)
            .replace("{batch: [64]}", "{batch: [64], inputTokens: 96, tensorParallel: 2}")
            .replace("[huggingface]", "[huggingface, gguf]");
    TargetReport report = search(run, plan);

    Path exports = folderOf(run);
    List<String> lines = report.commands().stream().map(TargetReport.Command::line).toList();
    String model = exports.resolve("huggingface").toAbsolutePath().toString();
    assertThat(lines)
        .contains(command.replace("DIR", model))
        .anyMatch(line ->
            line.startsWith("vllm bench serve --base-url http://localhost:8000 --model " + model)
                && line.contains("--random-input-len 96 ")
                && line.endsWith("--max-concurrency 64 --num-prompts 256"))
        .anyMatch(line -> line.startsWith("llama-server -m ") && line.endsWith("-np 64"))
        .anyMatch(line -> line.startsWith("llama-batched-bench -m ") && line.contains("-npp 96 "));
    assertThat(service(exports.resolve("huggingface"), "image")).isEqualTo(image);
    assertThat(service(exports.resolve("huggingface"), "command")).isEqualTo(words);
    assertThat(service(exports.resolve("gguf"), "command"))
        .startsWith("-m /model/model-bf16.gguf -c ")
        .endsWith(" --host 0.0.0.0 --port 8080");
    assertThat(Files.readString(exports.resolve("huggingface/README.md")))
        .contains(command.replace("DIR", "."))
        .contains("vllm bench serve ");
  }

  @Test
  void aComposeFileOfAnotherHandStays() throws IOException {
    SmallRun run = SmallRun.in(folder);
    search(run, SmallRun.PLAN);
    Path compose = folderOf(run).resolve("huggingface/compose.yaml");
    String own = Files.readString(compose);
    Files.writeString(compose, "services: {}\n");
    search(run, SmallRun.PLAN);
    assertThat(compose).hasContent("services: {}");
    Files.delete(compose);
    search(run, SmallRun.PLAN);
    assertThat(compose).hasContent(own);
  }

  private static Path folderOf(SmallRun run) throws IOException {
    try (var targets = Files.list(run.run().resolve("targets"))) {
      return targets.findFirst().orElseThrow();
    }
  }

  private static String service(Path folder, String key) throws IOException {
    JsonNode value =
        new YAMLMapper()
            .readTree(Files.readString(folder.resolve("compose.yaml")))
            .at("/services/model/" + key);
    if (!value.isArray()) {
      return value.asString();
    }
    List<String> words = new ArrayList<>();
    value.forEach(word -> words.add(word.asString()));
    return String.join(" ", words);
  }

  private static TargetReport search(SmallRun run, String plan) throws IOException {
    try (Search search = run.open(plan, TaskVersions.current())) {
      return search.run().report().targets().getFirst();
    }
  }
}
