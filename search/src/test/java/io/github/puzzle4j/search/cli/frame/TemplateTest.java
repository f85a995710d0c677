package io.github.puzzle4j.search.cli.frame;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.puzzle4j.blocklib.Json;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class TemplateTest {

  private static final JsonNode VALUES =
      Json.mapper()
          .readTree(
              """
              {"name": "a {b} $1", "share": 0.125, "bytes": 2048, "none": 0, "nothing": null,
               "within": {"count": 1234567}, "rows": [{"x": 1}, {"x": 20}]}
              """);

  private static String fill(String template) {
    return Template.fill(VALUES, template);
  }

  @Test
  void fieldsAreWrittenAsTheyAre() {
    assertThat(fill("{name}, {share}, {bytes}.")).isEqualTo("a {b} $1, 0.125, 2048.");
    assertThat(fill("{within.count:%,d}")).isEqualTo("1,234,567");
    assertThat(fill("{name:%-10s}|")).isEqualTo("a {b} $1  |");
  }

  @Test
  void numbersMayBeScaled() {
    assertThat(fill("{share*100:%.1f} %")).isEqualTo("12.5 %");
    assertThat(fill("{bytes/1024:%.0f} KiB")).isEqualTo("2 KiB");
  }

  @Test
  void nothingIsWrittenOfWhatIsNotThere() {
    assertThat(fill("<{nothing}{missing}{none?:%,d}>")).isEqualTo("<>");
    assertThat(fill("{none} {bytes?:%,d}")).isEqualTo("0 2,048");
  }

  @Test
  void objectsAreRowsOfATable() {
    assertThat(Template.table(VALUES.get("rows"), "row={x}", "half={x/2:%.1f}"))
        .isEqualTo("row  half\n---------\n1     0.5\n20   10.0");
  }
}
