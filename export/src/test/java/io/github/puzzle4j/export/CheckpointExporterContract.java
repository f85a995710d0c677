package io.github.puzzle4j.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.puzzle4j.blocklib.InvalidInputException;
import io.github.puzzle4j.blocklib.arch.ExpertsFfn;
import io.github.puzzle4j.blocklib.arch.GatedFfn;
import io.github.puzzle4j.blocklib.arch.Layer;
import io.github.puzzle4j.blocklib.arch.Model;
import io.github.puzzle4j.blocklib.arch.SoftmaxAttention;
import io.github.puzzle4j.blocklib.checkpoint.Tensor;
import io.github.puzzle4j.blocklib.checkpoint.TensorSource;
import io.github.puzzle4j.blocklib.checkpoint.TensorSpec;
import io.github.puzzle4j.blocklib.checkpoint.TensorType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
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
    Model teacher = RandomChild.teacher(3, false, true);
    for (int layer = 0; layer < 3; layer++) {
      assertThat(exporter().objection(teacher, layer, teacher.layers().get(layer))).isEmpty();
    }
    assertWritten(export(teacher, "out"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "gqa_4+noop",
        "noop+ffn_96",
        "noop+noop",
        "linear+ffn_96",
        "gqa_4+linear",
        "linear+linear",
        "gqa_1+ffn_8"
      })
  void aVariantWithoutAnObjectionIsWrittenInAnyLayerAndOneWithIsRefused(String id)
      throws IOException {
    for (int layer = 0; layer < 3; layer++) {
      List<String> layers =
          new ArrayList<>(List.of("gqa_4+ffn_96", "gqa_2+ffn_64", "gqa_4+ffn_96"));
      layers.set(layer, id);
      Model child = RandomChild.model(true, false, layers);
      var objection = exporter().objection(child, layer, child.layers().get(layer));
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
  void aChildMayHaveFewerLayersThanItsTeacher() throws IOException {
    assertWritten(export(RandomChild.shortened(true, false, "gqa_2+ffn_64"), "out"));
  }

  /** What a format does not say would be lost without a word. */
  @ParameterizedTest
  @MethodSource("unlikeLlama")
  void layersThatAreUnlikeThoseOfALlamaAreWrittenOrRefusedByTheirName(Layer layer)
      throws IOException {
    Model teacher = RandomChild.teacher(2, true, false);
    Model child = teacher.withLayers(List.of(layer.with(new GatedFfn(32)), layer));
    Optional<String> objection = exporter().objection(teacher, 1, layer);
    if (objection.isEmpty()) {
      assertWritten(export(child, "out"));
      return;
    }
    ChildModel whole = new ChildModel(child, TensorSource.of(Map.of()), folder.resolve("files"));
    assertThatThrownBy(() -> exporter().export(whole, folder.resolve("out")))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("layer ")
        .hasMessageMatching(".*(%s|%s).*".formatted(layer.attention().id(), layer.ffn().id()));
    assertThat(folder.resolve("out")).doesNotExist();
  }

  static Stream<Layer> unlikeLlama() {
    SoftmaxAttention plain = RandomChild.attention(2);
    Layer layer = new Layer(plain, new GatedFfn(64));
    return Stream.of(
        layer.with(plain.withWindow(32)),
        layer.with(
            new SoftmaxAttention(
                plain.heads(),
                SoftmaxAttention.NO_WINDOW,
                SoftmaxAttention.Biases.QUERY_KEY_VALUE,
                SoftmaxAttention.HeadNorm.NONE)),
        layer.with(
            new SoftmaxAttention(
                plain.heads(),
                SoftmaxAttention.NO_WINDOW,
                SoftmaxAttention.Biases.NONE,
                SoftmaxAttention.HeadNorm.QUERY_AND_KEY)),
        layer.with(new ExpertsFfn(4, 2, 64, 0)));
  }

  @Test
  void theSameChildGivesTheSameBytes() throws IOException {
    Model child = someChild();
    ExportSummary first = export(child, "first");
    ExportSummary second = export(child, "second");
    assertThat(second.files()).hasSameSizeAs(first.files());
    for (int i = 0; i < first.files().size(); i++) {
      assertThat(second.files().get(i)).hasSameBinaryContentAs(first.files().get(i));
    }
  }

  @Test
  void anExportReplacesAnEarlierOne() throws IOException {
    export(RandomChild.teacher(2, false, false), "out");
    ExportSummary again = export(someChild(), "out");
    assertWritten(again);
    try (var present = Files.list(folder.resolve("out"))) {
      assertThat(present).containsExactlyInAnyOrderElementsOf(again.files());
    }
  }

  /** As it is after a kill in the midst of writing; files of others stay. */
  @Test
  void whatKilledExportsLeftIsRemoved() throws IOException {
    List<Path> files = export(someChild(), "out").files();
    for (Path file : files) {
      Path leftover =
          file.resolveSibling(".%s.%s.tmp".formatted(file.getFileName(), UUID.randomUUID()));
      Files.writeString(leftover, "half of it");
    }
    Path other = Files.writeString(folder.resolve("out/.notes.tmp"), "of somebody else");
    List<Path> expected = new ArrayList<>(export(someChild(), "out").files());
    expected.add(other);
    try (var present = Files.list(folder.resolve("out"))) {
      assertThat(present).containsExactlyInAnyOrderElementsOf(expected);
    }
  }

  @Test
  void aMissingTensorIsNamedBeforeAnythingIsWritten() throws IOException {
    ChildModel whole = child(someChild(), TensorType.F32);
    String missing = "model.layers.1.mlp.up_proj.weight";
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    for (String name : whole.tensors().names()) {
      if (!name.equals(missing)) {
        tensors.put(name, whole.tensors().tensor(name));
      }
    }
    ChildModel broken =
        new ChildModel(
            whole.model(), TensorSource.of(tensors), whole.companionFiles(), whole.inputs());
    assertThatThrownBy(() -> exporter().export(broken, folder.resolve("out")))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining(missing);
    assertThat(folder.resolve("out")).doesNotExist();
  }

  /** As where a disk is full: in a new folder, and in place of an earlier export. */
  @ParameterizedTest
  @ValueSource(strings = {"model.norm.weight", "model.layers.0.self_attn.q_proj.weight"})
  void whatCannotBeWrittenWholeLooksLikeNothing(String last) throws IOException {
    ChildModel child = child(someChild(), TensorType.BF16);
    ChildModel broken =
        new ChildModel(
            child.model(),
            new FailingSource(child.tensors(), last),
            child.companionFiles(),
            child.inputs());
    assertThatThrownBy(() -> exporter().export(broken, folder.resolve("new")))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("no space left");
    assertThat(folder.resolve("new"))
        .satisfiesAnyOf(
            none -> assertThat(none).doesNotExist(),
            some ->
                assertThat(some)
                    .isDirectoryNotContaining("glob:**{/config.json,.gguf,.safetensors,.tmp}"));
    ExportSummary before = export(RandomChild.teacher(3, false, false), "out");
    Path main = before.files().getLast();
    byte[] whole = Files.readAllBytes(main);
    assertThatThrownBy(() -> exporter().export(broken, folder.resolve("out")))
        .isInstanceOf(IOException.class);
    // A single file is still the earlier one; a folder is none.
    if (Files.exists(main)) {
      assertThat(main).hasBinaryContent(whole);
      assertThat(main.toString()).endsWith(".gguf");
    }
  }

  /** Tensors of which one cannot be given. */
  private record FailingSource(TensorSource tensors, String failing) implements TensorSource {

    @Override
    public Set<String> names() {
      return tensors.names();
    }

    @Override
    public TensorSpec spec(String name) throws IOException {
      return tensors.spec(name);
    }

    @Override
    public Tensor tensor(String name) throws IOException {
      if (name.equals(failing)) {
        throw new IOException("no space left");
      }
      return tensors.tensor(name);
    }
  }

  private static Model someChild() {
    return RandomChild.model(false, true, List.of("gqa_2+ffn_64", "gqa_4+ffn_37"));
  }

  private ChildModel child(Model model, TensorType stored) throws IOException {
    ChildModel child = RandomChild.create(model, 1, stored, folder.resolve("files"));
    return exporter().needsInputs() ? RandomChild.withInputs(child) : child;
  }

  private ExportSummary export(Model model, String name) throws IOException {
    return exporter().export(child(model, TensorType.BF16), folder.resolve(name));
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
