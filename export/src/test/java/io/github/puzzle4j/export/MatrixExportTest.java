package io.github.puzzle4j.export;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.puzzle4j.blocklib.InvalidInputException;
import io.github.puzzle4j.blocklib.Json;
import io.github.puzzle4j.blocklib.arch.Model;
import io.github.puzzle4j.blocklib.checkpoint.Checkpoint;
import io.github.puzzle4j.blocklib.checkpoint.TensorType;
import io.github.puzzle4j.export.huggingface.FamilyMixes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Writes children of all families and mixes in all formats into the folder that {@code
 * puzzle4j.matrix} names, with the LM loss of each child, and of what our reader makes of it, in
 * {@code exports.json}: {@code measure_exports.py} has engines compute the same and writes the
 * table of {@code docs/engines.md}.
 */
class MatrixExportTest {

  /** Longer than every window. */
  private static final List<Integer> ROW =
      List.of(280, 258, 275, 279, 260, 276, 256, 68, 262, 261, 278, 257, 83, 78, 81, 88, 274, 260);

  /** Formats that write every number of the child, and those that round it. */
  private static final List<String> WHOLE =
      List.of("huggingface", "huggingface-anymodel", "gguf-f32");

  private static final List<String> ROUNDED_MIXES = List.of("alike", "heads", "window-mix");

  @Test
  @EnabledIfSystemProperty(named = "puzzle4j.matrix", matches = ".+")
  void everyChildIsWrittenAndReadAgainOrRefused() throws IOException {
    Path folder = Path.of(System.getProperty("puzzle4j.matrix")).toAbsolutePath();
    ObjectNode root = Json.mapper().createObjectNode();
    ROW.forEach(root.putArray("row")::add);
    ArrayNode exports = root.putArray("exports");
    for (String family : RandomChild.families()) {
      for (String mix : FamilyMixes.names()) {
        Path own = Files.createDirectories(folder.resolve(family + "-" + mix));
        Model model = MatrixChildren.model(family, mix);
        ChildModel child =
            RandomChild.withInputs(RandomChild.create(model, 3, TensorType.BF16, own));
        double loss = new ReferenceModel(model, child.tensors()).loss(ROW);
        for (String format : formats(mix).toList()) {
          ObjectNode export = exports.addObject();
          export.put("family", family).put("mix", mix).put("format", format).put("loss", loss);
          write(Exporters.named(format), child, own, export);
        }
      }
    }
    Files.writeString(folder.resolve("exports.json"), root.toPrettyString() + "\n");
  }

  private static Stream<String> formats(String mix) {
    return ROUNDED_MIXES.contains(mix) ? Exporters.all().keySet().stream() : WHOLE.stream();
  }

  private static void write(
      CheckpointExporter exporter, ChildModel child, Path folder, ObjectNode export)
      throws IOException {
    Path out = folder.resolve(exporter.name());
    try {
      ExportSummary summary = exporter.export(child, out);
      Path model = exporter.name().startsWith("gguf") ? summary.files().getFirst() : out;
      try (Checkpoint read = Checkpoint.open(model)) {
        double loss = new ReferenceModel(read.model(), read).loss(ROW);
        export.put("path", model.toString()).put("layout", layout(model, summary));
        export.put("reader", loss);
        assertThat(Math.abs(loss - export.path("loss").doubleValue()))
            .as(model.toString())
            .isLessThan(WHOLE.contains(exporter.name()) ? 1e-6 : 1);
      }
    } catch (InvalidInputException refused) {
      export.put("refused", refused.getMessage());
    }
  }

  private static String layout(Path model, ExportSummary summary) throws IOException {
    return Files.isDirectory(model)
        ? Json.readTree(model.resolve("config.json")).path("model_type").stringValue()
        : summary.notes().getFirst().replaceFirst(".* ", "");
  }
}
