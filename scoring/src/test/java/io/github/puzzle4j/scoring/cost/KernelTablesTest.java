package io.github.puzzle4j.scoring.cost;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.puzzle4j.blocklib.arch.AttentionShape;
import io.github.puzzle4j.scoring.cost.kernel.KernelCall;
import io.github.puzzle4j.scoring.cost.kernel.KernelFormula;
import io.github.puzzle4j.scoring.cost.kernel.MatrixType;
import io.github.puzzle4j.scoring.cost.kernel.NumberFormat;
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
  @CsvSource({"h100-sxm, h100_sxm, 0.05", "b200-sxm, b200_sxm, 0.063"})
  void bf16GemmIsNearTheMeasuredTimes(String target, String system, double median)
      throws IOException {
    GpuTarget gpu = GpuTargets.load(target);
    KernelFormula<? super KernelCall.Gemm> gemm =
        Objects.requireNonNull(gpu.backend("vllm").gemm().get(MatrixType.BF16));
    List<Row> rows =
        rows(
            system,
            "gemm_perf",
            row ->
                row.text("gemm_dtype").equals("bfloat16")
                    && row.number("m") <= 256
                    && row.number("n") >= 1024
                    && row.number("k") >= 1024);
    assertThat(rows).hasSizeGreaterThan(5000);
    assertThat(
            medianError(
                rows,
                row ->
                    gemm.seconds(
                        gpu.datasheet(),
                        new KernelCall.Gemm(
                            MatrixType.BF16, row.number("m"), row.number("n"), row.number("k")))))
        .isLessThan(median);
  }

  @ParameterizedTest
  @CsvSource({"h100-sxm, h100_sxm, 0.058", "b200-sxm, b200_sxm, 0.043"})
  void decodeAttentionIsNearTheMeasuredTimes(String target, String system, double median)
      throws IOException {
    GpuTarget gpu = GpuTargets.load(target);
    KernelFormula<? super KernelCall.DecodeAttention> decode =
        Objects.requireNonNull(gpu.backend("vllm").decodeAttention().get(NumberFormat.BF16));
    List<Row> rows = rows(system, "generation_attention_perf", KernelTablesTest::fullAttention);
    assertThat(rows).hasSizeGreaterThan(5000);
    assertThat(
            medianError(
                rows,
                row ->
                    decode.secondsAlone(
                        gpu.datasheet(),
                        new KernelCall.DecodeAttention(
                            shape(row),
                            row.number("batch_size"),
                            row.number("step") + 1.0,
                            KernelCall.FULL,
                            NumberFormat.BF16))))
        .isLessThan(median);
  }

  @ParameterizedTest
  @CsvSource({"h100-sxm, h100_sxm, 0.08", "b200-sxm, b200_sxm, 0.08"})
  void prefillAttentionIsNearTheMeasuredTimes(String target, String system, double median)
      throws IOException {
    GpuTarget gpu = GpuTargets.load(target);
    KernelFormula<? super KernelCall.PrefillAttention> prefill =
        Objects.requireNonNull(gpu.backend("vllm").prefillAttention().get(NumberFormat.BF16));
    List<Row> rows =
        rows(
            system,
            "context_attention_perf",
            row -> fullAttention(row) && row.number("isl") >= 512);
    assertThat(rows).hasSizeGreaterThan(3000);
    assertThat(
            medianError(
                rows,
                row ->
                    prefill.seconds(
                        gpu.datasheet(),
                        new KernelCall.PrefillAttention(
                            shape(row),
                            row.number("batch_size"),
                            row.number("isl"),
                            KernelCall.FULL,
                            NumberFormat.BF16))))
        .isLessThan(median);
  }

  private static boolean fullAttention(Row row) {
    return row.text("kv_cache_dtype").equals("bfloat16")
        && row.number("window_size") == 0
        && row.number("head_dim") <= 256
        && !row.text("kernel_source").contains("triton_attn");
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
