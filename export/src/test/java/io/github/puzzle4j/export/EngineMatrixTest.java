package io.github.puzzle4j.export;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.puzzle4j.blocklib.InvalidInputException;
import io.github.puzzle4j.blocklib.Json;
import io.github.puzzle4j.blocklib.arch.Layer;
import io.github.puzzle4j.blocklib.arch.Model;
import io.github.puzzle4j.blocklib.checkpoint.Checkpoint;
import io.github.puzzle4j.blocklib.checkpoint.TensorType;
import io.github.puzzle4j.export.gguf.GgufF32Exporter;
import io.github.puzzle4j.export.huggingface.FamilyMixes;
import io.github.puzzle4j.export.huggingface.HuggingFaceExporter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.StringJoiner;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * In which layouts children of each family are written, and which engines are known to load them.
 * The table in {@code docs/engines.md} is what this test finds; with {@code
 * -Dpuzzle4j.docs.update=true} it is written anew.
 */
class EngineMatrixTest {

  private static final Path PAGE = Path.of("..", "docs", "engines.md");
  private static final String BEGIN = "<!-- table by EngineMatrixTest -->";
  private static final String END = "<!-- end of table -->";

  private static final List<Integer> ROW = List.of(256, 40, 71, 99, 280, 12, 5, 33, 41, 7, 250, 9);

  /** Nats per token between a child and what is read of its folder or file. */
  private static final double MOST = 1e-6;

  @TempDir Path folder;

  @Test
  void thePageHasWhatIsWrittenAndWhoLoadsIt() throws IOException {
    StringJoiner table = new StringJoiner("\n", BEGIN + "\n", "\n" + END);
    table.add("| family | layers | folder | vLLM | TensorRT-LLM | GGUF |");
    table.add("|---|---|---|---|---|---|");
    for (String family : RandomChild.families()) {
      for (String mix : FamilyMixes.names()) {
        Model model = FamilyMixes.model(family, mix);
        Model teacher =
            model.withLayers(
                RandomChild.ofFamily(family, true, List.of("gqa_4+ffn_96", "gqa_4+ffn_96"))
                    .layers());
        table.add(
            "| %s | %s | %s | %s | %s | %s |"
                .formatted(
                    family,
                    mix,
                    folderLayout(model),
                    loaded(ServingEngine.VLLM, teacher, model),
                    loaded(ServingEngine.TRTLLM, teacher, model),
                    gguf(model)));
      }
    }
    String page = Files.readString(PAGE);
    int from = page.indexOf(BEGIN);
    int to = page.indexOf(END) + END.length();
    if (Boolean.getBoolean("puzzle4j.docs.update")) {
      Files.writeString(PAGE, page.substring(0, from) + table + page.substring(to));
    } else {
      assertThat(page.substring(from, to)).isEqualTo(table.toString());
    }
  }

  private String folderLayout(Model model) throws IOException {
    ChildModel child = RandomChild.create(model, 3, TensorType.BF16, folder.resolve("files"));
    new HuggingFaceExporter().export(child, folder.resolve("out"));
    requireSame(child, folder.resolve("out"));
    return "`%s`"
        .formatted(
            Json.readTree(folder.resolve("out/config.json")).path("model_type").stringValue());
  }

  private String gguf(Model model) throws IOException {
    ChildModel child = RandomChild.create(model, 3, TensorType.BF16, folder.resolve("files"));
    try {
      ExportSummary summary = new GgufF32Exporter().export(child, folder.resolve("gguf"));
      requireSame(child, summary.files().getFirst());
      return "`%s`".formatted(summary.notes().getFirst().replaceFirst(".* ", ""));
    } catch (InvalidInputException refused) {
      return "-";
    }
  }

  /** What is read again computes what the child does. */
  private static void requireSame(ChildModel child, Path written) throws IOException {
    double expected = new ReferenceModel(child.model(), child.tensors()).loss(ROW);
    try (Checkpoint read = Checkpoint.open(written)) {
      double loss = new ReferenceModel(read.model(), read).loss(ROW);
      assertThat(Math.abs(loss - expected)).as(written.toString()).isLessThan(MOST);
    }
  }

  private static String loaded(ServingEngine engine, Model teacher, Model child) {
    for (int position = 0; position < child.layers().size(); position++) {
      Layer layer = child.layers().get(position);
      if (engine.objection(teacher, position, layer).isPresent()) {
        return "-";
      }
    }
    return "yes";
  }
}
