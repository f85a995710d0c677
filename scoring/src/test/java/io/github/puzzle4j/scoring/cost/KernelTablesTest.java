package io.github.puzzle4j.scoring.cost;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.puzzle4j.blocklib.arch.AttentionShape;
import io.github.puzzle4j.scoring.cost.kernel.AttentionKernel;
import io.github.puzzle4j.scoring.cost.kernel.KernelCall;
import io.github.puzzle4j.scoring.cost.kernel.KernelFormula;
import io.github.puzzle4j.scoring.cost.kernel.MatrixType;
import io.github.puzzle4j.scoring.cost.target.BackendProfile;
import io.github.puzzle4j.scoring.cost.target.GpuTarget;
import io.github.puzzle4j.scoring.cost.target.GpuTargets;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The shipped coefficients against measured kernel times, where the tables are at hand. */
class KernelTablesTest {

  private static final Path TABLES = Path.of("../../shared/perfdb");

  @ParameterizedTest
  @CsvSource({
    "h100-sxm, h100_sxm, BF16, bfloat16, 0.042",
    "h200-sxm, h200_sxm, BF16, bfloat16, 0.045",
    "b200-sxm, b200_sxm, BF16, bfloat16, 0.052",
    "h100-sxm, h100_sxm, FP8, fp8, 0.055",
    "h200-sxm, h200_sxm, FP8, fp8, 0.06",
    "b200-sxm, b200_sxm, FP8, fp8, 0.05",
    "b200-sxm, b200_sxm, NVFP4, nvfp4, 0.055",
  })
  void productsAreNearTheMeasuredTimes(
      String target, String system, MatrixType type, String dtype, double median)
      throws IOException {
    GpuTarget gpu = GpuTargets.load(target);
    KernelFormula<? super KernelCall.Gemm> gemm =
        Objects.requireNonNull(gpu.backend("vllm").gemm().get(type));
    List<Row> rows =
        rows(
            system,
            "gemm_perf",
            row ->
                row.text("gemm_dtype").equals(dtype)
                    && row.number("m") <= 256
                    && row.number("n") >= 1024
                    && row.number("k") >= 1024);
    assertThat(rows).hasSizeGreaterThan(5000);
    assertThat(
            medianError(
                rows,
                row ->
                    gemm.secondsAlone(
                        gpu.datasheet(),
                        new KernelCall.Gemm(
                            type, row.number("m"), row.number("n"), row.number("k")))))
        .isLessThan(median);
  }

  @ParameterizedTest
  @CsvSource({
    "h100-sxm, h100_sxm, bf16, bfloat16, 0.035",
    "h100-sxm, h100_sxm, fp8, fp8, 0.035",
    "b200-sxm, b200_sxm, bf16, bfloat16, 0.037",
    "b200-sxm, b200_sxm, fp8, fp8, 0.06"
  })
  void decodeAttentionIsNearTheMeasuredTimes(
      String target, String system, String cache, String dtype, double median) throws IOException {
    GpuTarget gpu = GpuTargets.load(target);
    BackendProfile vllm = gpu.backend("vllm");
    List<Row> rows =
        rows(
            system,
            "generation_attention_perf",
            row -> row.text("kv_cache_dtype").equals(dtype) && row.number("head_dim") <= 256);
    assertThat(rows).hasSizeGreaterThan(15_000);
    assertThat(
            medianError(
                rows,
                row -> {
                  AttentionKernel kernel = kernel(cache, row);
                  return Objects.requireNonNull(vllm.decodeAttention().get(kernel))
                      .secondsAlone(
                          gpu.datasheet(),
                          new KernelCall.DecodeAttention(
                              shape(row),
                              row.number("batch_size"),
                              row.number("step") + 1.0,
                              window(row),
                              kernel.cache()));
                }))
        .isLessThan(median);
  }

  @ParameterizedTest
  @CsvSource({
    "h100-sxm, h100_sxm, bf16, bfloat16, 0.05",
    "h100-sxm, h100_sxm, fp8, fp8, 0.055",
    "b200-sxm, b200_sxm, bf16, bfloat16, 0.04",
    "b200-sxm, b200_sxm, fp8, fp8, 0.05"
  })
  void prefillAttentionIsNearTheMeasuredTimes(
      String target, String system, String cache, String dtype, double median) throws IOException {
    GpuTarget gpu = GpuTargets.load(target);
    BackendProfile vllm = gpu.backend("vllm");
    List<Row> rows =
        rows(
            system,
            "context_attention_perf",
            row ->
                row.text("kv_cache_dtype").equals(dtype)
                    && row.number("head_dim") <= 256
                    && row.number("isl") >= 512);
    assertThat(rows).hasSizeGreaterThan(8000);
    assertThat(
            medianError(
                rows,
                row -> {
                  AttentionKernel kernel = kernel(cache, row);
                  return Objects.requireNonNull(vllm.prefillAttention().get(kernel))
                      .secondsAlone(
                          gpu.datasheet(),
                          new KernelCall.PrefillAttention(
                              shape(row),
                              row.number("batch_size"),
                              row.number("isl"),
                              window(row),
                              kernel.cache()));
                }))
        .isLessThan(median);
  }

  @ParameterizedTest
  @CsvSource({"h100-sxm, h100_sxm, 0.05", "b200-sxm, b200_sxm, 0.06"})
  void sumsOverGpusAreNearTheMeasuredTimes(String target, String system, double median)
      throws IOException {
    GpuTarget gpu = GpuTargets.load(target);
    BackendProfile vllm = gpu.backend("vllm");
    List<Row> rows =
        rows(system, "custom_allreduce_perf", row -> row.text("backend").equals("vllm_graph"));
    assertThat(rows).hasSizeGreaterThan(50);
    assertThat(
            medianError(
                rows,
                row -> {
                  int gpus = Math.toIntExact(row.number("num_gpus"));
                  return Objects.requireNonNull(vllm.allReduce().get(gpus))
                      .seconds(
                          gpu.datasheet(),
                          new KernelCall.AllReduce(gpus, 2.0 * row.number("message_size")));
                }))
        .isLessThan(median);
  }

  private static AttentionKernel kernel(String cache, Row row) {
    return AttentionKernel.of(cache + "/" + row.number("head_dim"));
  }

  private static int window(Row row) {
    return Math.toIntExact(row.number("window_size"));
  }

  private static AttentionShape shape(Row row) {
    return new AttentionShape(
        Math.toIntExact(row.number("num_heads")),
        Math.toIntExact(row.number("num_key_value_heads")),
        Math.toIntExact(row.number("head_dim")));
  }

  private static double medianError(List<Row> rows, ToDoubleFunction<Row> seconds) {
    double[] errors =
        rows.stream()
            .mapToDouble(row -> Math.abs(1e3 * seconds.applyAsDouble(row) / row.milliseconds() - 1))
            .sorted()
            .toArray();
    return errors[errors.length / 2];
  }

  private static List<Row> rows(String system, String table, Predicate<Row> wanted)
      throws IOException {
    Path file = TABLES.resolve("%s.vllm-0.24.0.%s.csv.gz".formatted(system, table));
    assumeTrue(Files.isReadable(file), () -> "no measured kernel table at " + file);
    List<Row> rows = new ArrayList<>();
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(
                new GZIPInputStream(Files.newInputStream(file)), StandardCharsets.UTF_8))) {
      List<String> header = List.of(lines.readLine().split(",", -1));
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        Row row = Row.of(header, line.split(",", -1));
        if (wanted.test(row)) {
          rows.add(row);
        }
      }
    }
    return rows;
  }

  private record Row(Map<String, String> cells) {

    static Row of(List<String> header, String[] cells) {
      Map<String, String> byName = new HashMap<>();
      for (int column = 0; column < cells.length; column++) {
        byName.put(header.get(column), cells[column]);
      }
      return new Row(byName);
    }

    String text(String column) {
      return cells.getOrDefault(column, "");
    }

    long number(String column) {
      return Long.parseLong(text(column));
    }

    double milliseconds() {
      return Double.parseDouble(text("latency"));
    }
  }
}
