package io.github.puzzle4j.scoring.cost.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.puzzle4j.blocklib.InvalidInputException;
import io.github.puzzle4j.scoring.cost.kernel.Estimate;
import io.github.puzzle4j.scoring.cost.table.SubblockTimes.Part;
import io.github.puzzle4j.scoring.cost.table.SubblockTimes.Shape;
import io.github.puzzle4j.scoring.cost.table.SubblockTimes.Work;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PuzzletronSubblocksTest {

  private static final String STATISTICS =
      """
      [{"args": {"batch_size": 32, "prefill_seq_len": 2048, "generation_seq_len": 512},
        "non_block": {"runtime_ms": 3.5},
        "subblocks": [
          {"subblock_config": {"no_op": false, "intermediate_size": 14336, "moe": null},
           "subblock_config_class": "FFNConfig", "runtime_ms": 40, "prefill_runtime_ms": NaN,
           "parent_layer_index": 0},
          {"subblock_config": {"no_op": false, "intermediate_size": 14336, "moe": null},
           "subblock_config_class": "FFNConfig", "runtime_ms": 42, "parent_layer_index": 1},
          {"subblock_config": {"no_op": false, "num_key_value_heads": 8},
           "subblock_config_class": "AttentionConfig", "runtime_ms": 30,
           "prefill_runtime_ms": 10, "decode_runtime_ms": 20},
          {"subblock_config": {"kind": "attention", "no_op": false, "num_kv_heads": 4},
           "runtime_ms": 25},
          {"subblock_config": {"no_op": true, "intermediate_size": null},
           "subblock_config_class": "FFNConfig", "runtime_ms": 1e-9}]}]
      """;

  @TempDir private Path folder;

  private PuzzletronSubblocks read(String text) throws IOException {
    return PuzzletronSubblocks.read(Files.writeString(folder.resolve("stats.json"), text));
  }

  private static Work work(Part part) {
    return new Work(part, 32, 2048, 512);
  }

  @Test
  void subblocksOfBothGenerationsHaveTheirTimes() throws IOException {
    PuzzletronSubblocks times = read(STATISTICS);
    assertThat(times.of(new Shape.Attention(8), work(Part.WHOLE)))
        .map(Estimate::seconds)
        .contains(0.03);
    assertThat(times.of(new Shape.Attention(8), work(Part.PREFILL)))
        .map(Estimate::seconds)
        .contains(0.01);
    assertThat(times.of(new Shape.Attention(4), work(Part.WHOLE)))
        .map(Estimate::seconds)
        .contains(0.025);
  }

  @Test
  void theMedianOverLayersIsUsed() throws IOException {
    assertThat(read(STATISTICS).of(new Shape.Ffn(14336), work(Part.WHOLE)))
        .map(Estimate::seconds)
        .contains(0.041);
  }

  @Test
  void otherScenariosAndUnmeasuredTimesAreUnknown() throws IOException {
    PuzzletronSubblocks times = read(STATISTICS);
    assertThat(times.of(new Shape.Ffn(14336), work(Part.PREFILL))).isEmpty();
    assertThat(times.of(new Shape.Ffn(8704), work(Part.WHOLE))).isEmpty();
    assertThat(times.of(new Shape.Attention(8), new Work(Part.WHOLE, 31, 2048, 512))).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"batch_size\": 32,|\"batch_size\": 3.2,|[0].args.batch_size: is 3.2",
        "\"batch_size\": 32,|''|[0].args.batch_size: is missing",
        "\"runtime_ms\": 40|\"runtime_ms\": Infinity|[0].subblocks[0].runtime_ms",
        "\"runtime_ms\": 40|\"runtime_ms\": 1e308|[0].subblocks[0].runtime_ms",
        "\"num_kv_heads\": 4|\"num_kv_heads\": -4|[0].subblocks[3].subblock_config.num_kv_heads",
        "[{|[|is not JSON"
      })
  void implausibleValuesAreReported(String good, String bad, String message) {
    assertThatThrownBy(() -> read(STATISTICS.replace(good, bad)))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("stats.json")
        .hasMessageContaining(message)
        .hasMessageNotContaining("\n");
  }

  @Test
  void filesWithoutTimesAreRejected() {
    assertThatThrownBy(() -> read("{}")).hasMessageContaining("no measured time");
  }
}
