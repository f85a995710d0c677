package io.github.puzzle4j.search.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.puzzle4j.blocklib.InvalidInputException;
import java.util.List;
import org.junit.jupiter.api.Test;

class TableTest {

  private static final Table TABLE =
      new Table(
          List.of("variant", "loss", "bytes"),
          List.of(
              List.of("gqa_2", 0.123456789, 1_234_567L),
              List.of("say \"no, op\"", "", 2),
              List.of("linear", 1234567.89, 0)));

  @Test
  void itPrintsAlignedColumnsWithSixDigits() {
    assertThat(TABLE.toString())
        .isEqualTo(
            """
            variant            loss      bytes
            ----------------------------------
            gqa_2          0.123457  1,234,567
            say "no, op"                     2
            linear        1,234,568          0\
            """);
  }

  @Test
  void csvHasAllDigits() {
    assertThat(TABLE.csv().lines())
        .containsExactly(
            "variant,loss,bytes",
            "gqa_2,0.123456789,1234567",
            "\"say \"\"no, op\"\"\",,2",
            "linear,1234567.89,0");
  }

  @Test
  void aColumnHasNumbersOrNaN() throws InvalidInputException {
    assertThat(TABLE.numbers("loss")).containsExactly(0.123456789, Double.NaN, 1234567.89);
    assertThat(TABLE.where("variant", "linear").column("bytes")).containsExactly(0);
    assertThat(TABLE.where("bytes", 2).rows()).hasSize(1);
  }

  @Test
  void whatIsNotThereIsNamedWithWhatIs() {
    assertThatThrownBy(() -> TABLE.column("kl"))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage("no column 'kl'; there are: variant, loss, bytes");
    assertThatThrownBy(() -> TABLE.numbers("variant"))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage("the column 'variant' has no numbers");
  }

  @Test
  void manyRowsAreCounted() {
    Table many = Table.of("row");
    for (int i = 0; i < 230; i++) {
      many = many.with(i);
    }
    assertThat(many.toString()).endsWith("199\n30 further rows").doesNotContain("\n200\n");
    assertThat(many.csv()).endsWith("229\r\n");
  }
}
