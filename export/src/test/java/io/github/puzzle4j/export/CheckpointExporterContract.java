package io.github.puzzle4j.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.puzzle4j.blocklib.InvalidInputException;
import io.github.puzzle4j.blocklib.arch.Architecture;
import io.github.puzzle4j.blocklib.arch.BlockVariant;
import io.github.puzzle4j.blocklib.checkpoint.Tensor;
import io.github.puzzle4j.blocklib.checkpoint.TensorSource;
import io.github.puzzle4j.blocklib.checkpoint.TensorType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What every exporter must do. Extend it with a test class for each implementation. */
public abstract class CheckpointExporterContract {

  @TempDir Path folder;

  /** The exporter under test, as ServiceLoader makes it. */
  protected abstract CheckpointExporter exporter();

  @Test
  void itIsFoundByItsName() throws IOException {
    assertThat(exporter().name()).matches("[a-z0-9][a-z0-9-]*");
    assertThat(Exporters.named(exporter().name())).hasSameClassAs(exporter());
  }

  @Test
  void itHoldsTheTeacher() throws IOException {
    Architecture teacher = Architecture.teacher(RandomChild.config(3, false, true));
    for (int layer = 0; layer < 3; layer++) {
      assertThat(exporter().objection(teacher.config(), layer, BlockVariant.teacher())).isEmpty();
    }
    assertWritten(export(teacher, "out"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "teacher+noop",
        "noop+teacher",
        "noop+noop",
        "linear+teacher",
        "teacher+linear",
        "linear+linear",
        "gqa_1+ffn_8"
      })
  void aVariantWithoutAnObjectionIsWrittenInAnyLayerAndOneWithIsRefused(String id)
      throws IOException {
    for (int layer = 0; layer < 3; layer++) {
      List<String> blocks =
          new ArrayList<>(List.of("teacher+teacher", "gqa_2+ffn_64", "teacher+teacher"));
      blocks.set(layer, id);
      Architecture child = RandomChild.architecture(true, false, blocks);
      var objection = exporter().objection(child.config(), layer, child.blocks().get(layer));
      if (objection.isEmpty()) {
        assertWritten(export(child, "layer-" + layer));
      } else {
        int refused = layer;
        assertThatThrownBy(() -> export(child, "layer-" + refused))
            .isInstanceOf(InvalidInputException.class)
            .hasMessageContaining(objection.get());
      }
    }
  }

  @Test
  void theSameChildGivesTheSameBytes() throws IOException {
    Architecture child = someChild();
    ExportSummary first = export(child, "first");
    ExportSummary second = export(child, "second");
    assertThat(second.files()).hasSameSizeAs(first.files());
    for (int i = 0; i < first.files().size(); i++) {
      assertThat(second.files().get(i)).hasSameBinaryContentAs(first.files().get(i));
    }
  }

  @Test
  void anExportReplacesAnEarlierOne() throws IOException {
    export(Architecture.teacher(RandomChild.config(2, false, false)), "out");
    ExportSummary again = export(someChild(), "out");
    assertWritten(again);
    try (var present = Files.list(folder.resolve("out"))) {
      assertThat(present).containsExactlyInAnyOrderElementsOf(again.files());
    }
  }

  @Test
  void aMissingTensorIsNamedBeforeAnythingIsWritten() throws IOException {
    ChildModel whole = RandomChild.create(someChild(), 1, TensorType.F32, folder.resolve("files"));
    String missing = "model.layers.1.mlp.up_proj.weight";
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    for (String name : whole.tensors().names()) {
      if (!name.equals(missing)) {
        tensors.put(name, whole.tensors().tensor(name));
      }
    }
    ChildModel broken =
        new ChildModel(whole.architecture(), TensorSource.of(tensors), whole.companionFiles());
    assertThatThrownBy(() -> exporter().export(broken, folder.resolve("out")))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining(missing);
    assertThat(folder.resolve("out")).doesNotExist();
  }

  private static Architecture someChild() {
    return RandomChild.architecture(false, true, List.of("gqa_2+ffn_64", "teacher+ffn_37"));
  }

  private ExportSummary export(Architecture architecture, String name) throws IOException {
    ChildModel child =
        RandomChild.create(architecture, 1, TensorType.BF16, folder.resolve("files"));
    return exporter().export(child, folder.resolve(name));
  }

  private void assertWritten(ExportSummary summary) throws IOException {
    assertThat(summary.format()).isEqualTo(exporter().name());
    assertThat(summary.files()).isNotEmpty().doesNotHaveDuplicates();
    long bytes = 0;
    for (Path file : summary.files()) {
      assertThat(file).isRegularFile();
      bytes += Files.size(file);
    }
    assertThat(summary.bytes()).isEqualTo(bytes);
  }
}
