package io.github.puzzle4j.scoring.cost.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.puzzle4j.blocklib.InvalidInputException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RowFilterTest {

  @TempDir private Path folder;
  private Path table;

  @BeforeEach
  void write() throws IOException {
    table = TableFixture.csv(folder, "table.csv", TableFixture.GEMM);
  }

  private KernelTable read(String condition) throws IOException {
    return KernelTable.read(List.of(table), new RowFilter(condition));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "m <= 4|1",
        "m >= 16 and k > 4096|3",
        "m * 256 = n and not (k = n)|3",
        "kernel_source like 'cut%'|3",
        "gemm_dtype in ('fp8', 'nvfp4')|3",
        "m between 1 and 3 or latency > 0.014|1 3",
        "m < 4 -- the rest is a remark|1",
        "''|1 2 3"
      })
  void onlyAcceptedRowsAreRead(String condition, String rows) throws IOException {
    assertThat(read(condition).calls())
        .extracting(call -> Long.toString(call.row()))
        .containsExactly(rows.split(" ", -1));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "m <|syntax error",
        "m < 4) or (1 = 1|syntax error",
        "m < 4; drop table cells|must be one condition",
        "m < 4, n|must be one condition",
        "m < 4 limit 1|must be one condition",
        "m < 4 from cells|must be one condition",
        "exists (select 1 from cells)|not a subquery",
        "m in (select m from cells)|not a subquery",
        "getenv('HOME') = 'x'|function getenv is not allowed",
        "(select count(*) from read_text('/etc/passwd')) > 0|not a subquery",
        "size(m) > 3|function size is not allowed",
        "m|is neither true nor false",
        "warp > 3|warp"
      })
  void otherExpressionsThanConditionsAreRejectedInOneLine(String condition, String why) {
    assertThatThrownBy(() -> read(condition))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining(why)
        .hasMessageNotContaining("\n");
  }
}
