package io.github.puzzle4j.search.cli.cost;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.data.Percentage.withPercentage;

import io.github.puzzle4j.blocklib.arch.AttentionShape;
import io.github.puzzle4j.blocklib.arch.CommonParts;
import io.github.puzzle4j.blocklib.arch.Layer;
import io.github.puzzle4j.blocklib.arch.Model;
import io.github.puzzle4j.blocklib.arch.SpecialTokens;
import io.github.puzzle4j.blocklib.checkpoint.ConfigFile;
import io.github.puzzle4j.blocklib.checkpoint.TensorType;
import io.github.puzzle4j.search.cli.CommandRun;
import io.github.puzzle4j.search.cli.Golden;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

class CostCommandTest {

  @TempDir Path folder;

  /** The shape of an 8B Llama; with more layers that of one too large for any GPU. */
  private Path llama(int layers) throws IOException {
    Model model =
        Model.uniform(
            CommonParts.llama(
                128_256, 4096, 500_000, 8192, false, new SpecialTokens(List.of(1), List.of(2))),
            layers,
            Layer.llama(new AttentionShape(32, 8, 128), 14_336));
    ConfigFile.write(folder.resolve("config.json"), model, TensorType.BF16);
    return folder;
  }

  private static CommandRun cost(Path model, Object... more) {
    Object[] arguments = new Object[9 + more.length];
    List<Object> first =
        List.of("cost", "--model", model, "--target", "h100-sxm", "--isl", 1000, "--osl", 200);
    first.toArray(arguments);
    System.arraycopy(more, 0, arguments, first.size(), more.length);
    return CommandRun.of(arguments);
  }

  @Test
  void withoutABatchTheBestThatFitsIsPriced() throws IOException {
    CommandRun run = cost(llama(32), "--json");

    assertThat(run.exitCode()).isZero();
    assertThat(run.err()).isEmpty();
    JsonNode cost = run.json();
    assertThat(cost.propertyNames())
        .containsExactly(
            "throughput_tokens_per_second_per_gpu",
            "tpot_ms",
            "ttft_ms",
            "batch",
            "max_batch",
            "memory_gib",
            "parameters",
            "weight_bytes",
            "kv_bytes_per_token",
            "attention_layers",
            "provenance",
            "p90_error",
            "tensor_parallel",
            "weights",
            "kv_cache",
            "layers");
    assertThat(cost.at("/layers")).hasSize(32);
    assertThat(cost.at("/layers/31").propertyNames())
        .containsExactly(
            "layer", "variant", "prefill_ms", "decode_ms", "weight_bytes", "kv_bytes_per_token");
    assertThat(cost.at("/memory_gib").propertyNames())
        .containsExactly("weights", "kv_cache", "activations", "reserve", "total");
    assertThat(cost.at("/batch").intValue()).isBetween(2, cost.at("/max_batch").intValue());
    assertThat(cost.at("/memory_gib/weights").doubleValue()).isBetween(14.9, 15.0);
    assertThat(cost.at("/memory_gib/total").doubleValue()).isBetween(20.0, 72.0);
    double throughput = cost.at("/throughput_tokens_per_second_per_gpu").doubleValue();
    double batch = cost.at("/batch").doubleValue();
    assertThat(cost.at("/tpot_ms").doubleValue())
        .isCloseTo(1e3 * batch / throughput, withPercentage(0.1));
    JsonNode single = cost(llama(32), "--json", "--batch", 1).json();
    assertThat(single.at("/batch").intValue()).isEqualTo(1);
    assertThat(single.at("/throughput_tokens_per_second_per_gpu").doubleValue())
        .isLessThan(throughput);
  }

  @Test
  void severalBatchesAreATable() throws IOException {
    CommandRun run = cost(llama(32), "--batch", "1,8,100000");
    JsonNode json = cost(llama(32), "--json", "--batch", "1,8,100000").json();

    assertThat(run.out()).contains("batch   tokens/s per GPU");
    assertThat(
            run.out().lines().filter(line -> line.matches("\\s*(1|8|100000)\\s.*\\s(yes|no)\\s*")))
        .hasSize(3);
    assertThat(json.at("/batch").intValue()).isEqualTo(8);
    assertThat(json.at("/batches")).hasSize(3);
    assertThat(json.at("/batches/0/throughput_tokens_per_second_per_gpu"))
        .isEqualTo(
            cost(llama(32), "--json", "--batch", 1)
                .json()
                .at("/throughput_tokens_per_second_per_gpu"));
    assertThat(json.at("/batches/2/fits").booleanValue()).isFalse();
  }

  @Test
  void theNewModelIsComparedWithTheOldOneBeforeTheProvenance() throws IOException {
    String text = cost(llama(32), "--compare", folder).out();

    assertThat(text)
        .contains("new: " + folder, "old: " + folder, "new / old")
        .containsPattern("parameters +8,030,261,248 +8,030,261,248 +1\\.00x")
        .containsSubsequence("new / old", "provenance");
  }

  @Test
  void aFileAndItsFolderCostTheSameAndPeopleReadIt() throws IOException {
    Path model = llama(32);
    String folderText = cost(model).out();
    String fileText = cost(model.resolve("config.json")).out();

    assertThat(fileText.lines().skip(1)).isEqualTo(folderText.lines().skip(1).toList());
    assertThat(folderText)
        .contains("output tokens/s per GPU", "first token", "weights 14.96", "provenance")
        .doesNotContain("note");
    assertThat(
            CommandRun.of(
                    "cost", "--model", model, "--target", "h100-sxm", "--isl", 8000, "--osl", 200)
                .out())
        .contains("note", "8192 positions");
  }

  @Test
  void anExportedChildIsPriced() {
    assertThat(cost(Golden.llama("nemotron-nas-bf16"), "--json").exitCode()).isZero();
  }

  @Test
  void aModelThatFitsNowhereSaysByHowMuch() throws IOException {
    CommandRun run = cost(llama(240), "--json");

    assertThat(run.exitCode()).isEqualTo(3);
    assertThat(run.out()).isEmpty();
    Matcher line =
        Pattern.compile(
                "puzzle4j: .* with 1 request of 1000\\+200 tokens does not fit h100-sxm: needs"
                    + " ([0-9.]+) GiB, ([0-9.]+) GiB more than the 72.00 GiB usable; not even one"
                    + " request fits; one does on 2 GPUs \\(--tp 2\\)\n")
            .matcher(run.err());
    assertThat(line.matches()).as(run.err()).isTrue();
    assertThat(Double.parseDouble(line.group(1)) - Double.parseDouble(line.group(2)))
        .isCloseTo(72, within(0.011));
  }

  @Test
  void aBatchThatIsTooLargeSaysWhichFits() throws IOException {
    String line = cost(llama(32), "--batch", 1000).err();

    assertThat(line).hasLineCount(1).contains("1000 requests", "the largest batch that fits is ");
    String largest = line.strip().replaceAll(".* ", "");
    assertThat(cost(llama(32), "--batch", largest).exitCode()).isZero();
  }

  @Test
  void moreRequestsThanTheEngineRunsAreNotAMatterOfMemory() {
    CommandRun run = cost(Golden.llama("tied-bf16"), "--batch", 5000);

    assertThat(run.exitCode()).isEqualTo(3);
    assertThat(run.err())
        .hasLineCount(1)
        .endsWith("is more than vllm runs together; the largest batch that fits is 1024\n");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--target=h100-sx  | unknown target 'h100-sx'; there are .*; did you mean h100-sxm\\?",
        "--backend=vlm     | target h100-sxm: unknown backend 'vlm'; there are .*; did you mean"
            + " vllm\\?",
        "--isl=0           | --isl 0: must be at least 1",
        "--osl=-3          | --osl -3: must be at least 1",
        "--batch=0         | --batch 0: must be at least 1",
        "--isl=999999999   | --isl, --osl or --batch: inputTokens=999999999 must be .*",
        "--isl=many        | Invalid value for option '--isl': must be a whole number, not 'many'; .*",
        "--tp=3            | --tp 3: must be 1, 2, 4, 8 or best",
        "--kv=int8         | Invalid value for option '--kv': must be one of .*, not 'int8'.*",
        "--weights=int4    | Invalid value for option '--weights': must be one of .*, not 'int4'.*",
        "--weights=nvfp4   | .*: h100-sxm does not multiply in nvfp4; it does in .*",
        "--max-tpot-ms=-5  | --max-tpot-ms -5.0: must be above 0",
        "--max-ttft-ms=0   | --max-ttft-ms 0.0: must be above 0",
        "--reserve-gib=-1  | --reserve-gib -1.0: must be from 0 to 1000000",
        "--memory-utilisation=1.5 | --memory-utilisation 1.5: must be above 0 and at most 1",
        "--target=/none.json | /none.json: no such file"
      })
  void aWrongOptionIsOneLine(String option, String line) throws IOException {
    List<String> wanted =
        List.of("--target=h100-sxm", "--isl=1000", "--osl=200", "--model=" + llama(2));
    String name = option.substring(0, option.indexOf('='));
    Object[] arguments =
        Stream.concat(
                Stream.of("cost", option), wanted.stream().filter(other -> !other.startsWith(name)))
            .toArray();
    CommandRun run = CommandRun.of(arguments);

    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.out()).isEmpty();
    assertThat(run.err()).matches("puzzle4j: " + line + "\n");
  }

  @Test
  void aLimitOnTheTimePerTokenChoosesASmallerBatchOrSaysThatThereIsNone() throws IOException {
    Path model = llama(32);
    JsonNode free = cost(model, "--json").json();
    double limit = free.at("/tpot_ms").doubleValue() / 2;
    JsonNode bounded = cost(model, "--json", "--max-tpot-ms", limit).json();
    assertThat(bounded.at("/tpot_ms").doubleValue()).isLessThanOrEqualTo(limit);
    assertThat(bounded.at("/batch").intValue()).isLessThan(free.at("/batch").intValue());

    CommandRun impossible = cost(model, "--max-tpot-ms", 0.1);
    assertThat(impossible.exitCode()).isEqualTo(3);
    assertThat(impossible.out()).isEmpty();
    assertThat(impossible.err())
        .hasLineCount(1)
        .contains("1 request of 1000+200 tokens", "ms per output token", "asked for at any batch");
  }

  @Test
  void theBestNumberOfGpusIsTheOneWithMostThroughputPerGpuThatKeepsTheLimits() throws IOException {
    Path model = llama(32);
    double alone = cost(model, "--json", "--batch", 1).json().at("/tpot_ms").doubleValue();
    double limit = 0.8 * alone;
    JsonNode best = cost(model, "--json", "--tp", "best", "--max-tpot-ms", limit).json();
    assertThat(best.at("/tpot_ms").doubleValue()).isLessThanOrEqualTo(limit);
    assertThat(best.at("/tensor_parallel").intValue()).isGreaterThan(1);
    String throughput = "/throughput_tokens_per_second_per_gpu";
    for (int gpus : List.of(1, 2, 4, 8)) {
      CommandRun run = cost(model, "--json", "--tp", gpus, "--max-tpot-ms", limit);
      if (run.exitCode() == 0) {
        assertThat(run.json().at(throughput).doubleValue())
            .isLessThanOrEqualTo(best.at(throughput).doubleValue());
      }
    }
  }

  @Test
  void aComparisonHasTheRatiosOfTwoSingleRuns() throws IOException {
    Path parent = Files.createDirectory(folder.resolve("parent")).resolve("config.json");
    Files.move(llama(32).resolve("config.json"), parent);
    Path child = llama(20);
    JsonNode first = cost(child, "--json").json();
    JsonNode second = cost(parent, "--json").json();
    JsonNode both = cost(child, "--json", "--compare", parent).json();

    assertThat(both.at("/compare")).hasSize(1);
    assertThat(both.at("/compare/0/speed_up").doubleValue())
        .isCloseTo(ratio(first, second, "/throughput_tokens_per_second_per_gpu"), within(1e-9))
        .isGreaterThan(1.2);
    assertThat(both.at("/compare/0/tpot_ratio").doubleValue())
        .isCloseTo(ratio(first, second, "/tpot_ms"), within(1e-9));
    assertThat(both.at("/compare/0/memory_ratio").doubleValue())
        .isCloseTo(ratio(first, second, "/memory_gib/total"), within(1e-9));
    assertThat(both.at("/compare/0/batch")).isEqualTo(second.at("/batch"));
  }

  private static double ratio(JsonNode first, JsonNode second, String field) {
    return first.at(field).doubleValue() / second.at(field).doubleValue();
  }

  @Test
  void aModelThatIsNoneIsOneLine() throws IOException {
    Path none = folder.resolve("none");
    assertThat(cost(none)).isEqualTo(CommandRun.refused(2, none + ": no such file"));

    Path config = folder.resolve("config.json");
    assertThat(cost(folder)).isEqualTo(CommandRun.refused(2, config + ": no such file"));

    Files.writeString(config, "{\"model_type\": \"gpt_neox\"}");
    CommandRun unknown = cost(folder);
    assertThat(unknown.exitCode()).isEqualTo(2);
    assertThat(unknown.err())
        .hasLineCount(1)
        .startsWith("puzzle4j: " + config + ": unknown model_type 'gpt_neox'; there are [")
        .contains("llama", "nemotron-nas", "qwen3_moe");

    Files.delete(config);
    Files.createDirectory(config);
    assertThat(cost(folder)).isEqualTo(CommandRun.refused(2, config + ": is a folder, not a file"));
  }
}
