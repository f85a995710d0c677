package io.github.puzzle4j.export.huggingface;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.puzzle4j.blocklib.Json;
import io.github.puzzle4j.blocklib.arch.Model;
import io.github.puzzle4j.blocklib.checkpoint.Checkpoint;
import io.github.puzzle4j.blocklib.checkpoint.ConfigFile;
import io.github.puzzle4j.blocklib.checkpoint.TensorType;
import io.github.puzzle4j.export.ChildModel;
import io.github.puzzle4j.export.RandomChild;
import io.github.puzzle4j.export.ReferenceModel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

class HuggingFaceFp8ExporterTest {

  private static final List<Integer> ROW = List.of(256, 40, 71, 99, 280, 12, 5, 33, 41, 7, 250, 9);

  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({
    "llama, heads",
    "llama, linear",
    "mistral, window-mix",
    "qwen2, widths",
    "qwen3, left-out"
  })
  void whatIsReadAgainIsTheChildRoundedByRows(String family, String mix) throws IOException {
    Model model = FamilyMixes.model(family, mix);
    ChildModel child = RandomChild.create(model, 3, TensorType.BF16, folder.resolve("files"));
    Path out = folder.resolve("out");

    new HuggingFaceFp8Exporter().export(child, out);

    double expected = new ReferenceModel(model, child.tensors()).loss(ROW);
    try (Checkpoint read = Checkpoint.open(out)) {
      assertThat(read.storedBytes().keySet()).contains("F8_E4M3", "BF16");
      assertThat(new ReferenceModel(read.model(), read).loss(ROW))
          .isCloseTo(expected, within(0.03 * expected));
      String name = "model.layers.0.self_attn.q_proj.weight";
      float[] rounded = read.tensor(name).toFloats();
      float[] exact = child.tensors().tensor(name).toFloats();
      int columns = model.hiddenSize();
      for (int row = 0; row < rounded.length / columns; row++) {
        float largest = 0;
        for (int i = 0; i < columns; i++) {
          largest = Math.max(largest, Math.abs(exact[row * columns + i]));
        }
        for (int i = row * columns; i < (row + 1) * columns; i++) {
          // Three bits of fraction: half a unit in the last place, or half of the smallest number.
          double allowed = Math.max(Math.abs(exact[i]) / 16, largest / 448 / 1024);
          assertThat((double) rounded[i]).isCloseTo(exact[i], within(allowed * 1.0001));
        }
      }
    }
    assertThat(ConfigFile.storedFormat(out.resolve(ConfigFile.NAME)).matrices().toString())
        .isEqualTo("FP8");
    JsonNode quantization = Json.readTree(out.resolve(ConfigFile.NAME)).get("quantization_config");
    assertThat(quantization.get("format").stringValue()).isEqualTo("float-quantized");
  }
}
