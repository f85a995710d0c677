package io.github.puzzle4j.search.cli.cost;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.puzzle4j.search.cli.CommandRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

class TargetCheckCommandTest {

  @TempDir private Path folder;

  private CommandRun check(Path table, Object... more) {
    Object[] arguments = new Object[8 + more.length];
    Object[] first = {
      "target", "check", "--target", "h100-sxm", "--backend", "vllm", "--table", table
    };
    System.arraycopy(first, 0, arguments, 0, first.length);
    System.arraycopy(more, 0, arguments, first.length, more.length);
    return CommandRun.of(arguments);
  }

  @Test
  void errorsAreSharesOfTheMeasuredTime() throws IOException {
    CommandRun run = check(KernelRows.write(folder.resolve("t.csv"), 40, 1.25), "--json");

    assertThat(run.exitCode()).isZero();
    assertThat(run.err()).isEmpty();
    JsonNode json = run.json();
    assertThat(json.propertyNames())
        .contains("rows", "median", "mape", "p90", "by_operation", "skipped", "worst");
    assertThat(json.at("/rows").intValue()).isEqualTo(40);
    for (String key : new String[] {"median", "mape", "p90"}) {
      assertThat(json.path(key).doubleValue()).isEqualTo(0.2, within(1e-9));
    }
    JsonNode operation = json.at("/by_operation/0");
    assertThat(operation.propertyNames())
        .containsExactly("operation", "dtype", "rows", "median", "mape", "p90");
    assertThat(operation.at("/operation").stringValue()).isEqualTo("gemm");
    assertThat(operation.at("/dtype").stringValue()).isEqualTo("bfloat16");
    assertThat(json.at("/skipped").path("gemm_dtype int8_wo is not described").intValue()).isOne();
  }

  @Test
  void peopleReadATableWithTheWorstRows() throws IOException {
    CommandRun run = check(KernelRows.write(folder.resolve("t.csv"), 40, 1.25), "--worst", "2");

    assertThat(run.out())
        .contains("gemm", "bfloat16", "20.0 %", "m=", "not predicted:", "1 rows: gemm_dtype");
    assertThat(run.out().lines().filter(line -> line.contains("m="))).hasSize(2);
  }

  @Test
  void aConditionChoosesRows() throws IOException {
    Path table = KernelRows.write(folder.resolve("t.csv"), 40, 1);
    int all = check(table, "--json").json().at("/rows").intValue();
    int some = check(table, "--json", "--where", "m <= 256").json().at("/rows").intValue();
    assertThat(some).isPositive().isLessThan(all);
  }

  @Test
  void mistakesAreOneLine() throws IOException {
    Path table = KernelRows.write(folder.resolve("t.csv"), 4, 1);
    assertThat(check(table, "--where", "m <"))
        .isEqualTo(CommandRun.refused(2, "condition 'm <': syntax error at or near \"<\""));
    assertThat(check(folder.resolve("none.csv")))
        .isEqualTo(CommandRun.refused(2, folder.resolve("none.csv") + ": no such file or folder"));
    Path other = Files.writeString(folder.resolve("other.csv"), "a,b\n1,2\n");
    assertThat(check(other))
        .isEqualTo(
            CommandRun.refused(2, other + ": not a kernel table: its columns match no known kind"));
    assertThat(check(table, "--worst", "-1").exitCode()).isEqualTo(2);
  }
}
