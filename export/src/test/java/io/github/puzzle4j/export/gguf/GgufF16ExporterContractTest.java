package io.github.puzzle4j.export.gguf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.puzzle4j.blocklib.InvalidInputException;
import io.github.puzzle4j.blocklib.checkpoint.Tensor;
import io.github.puzzle4j.blocklib.checkpoint.TensorSource;
import io.github.puzzle4j.blocklib.checkpoint.TensorType;
import io.github.puzzle4j.export.CheckpointExporter;
import io.github.puzzle4j.export.CheckpointExporterContract;
import io.github.puzzle4j.export.ChildModel;
import io.github.puzzle4j.export.RandomChild;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GgufF16ExporterContractTest extends CheckpointExporterContract {

  private static final String MATRIX = "model.layers.1.mlp.up_proj.weight";

  @TempDir private Path given;

  @Override
  protected CheckpointExporter exporter() {
    return new GgufF16Exporter();
  }

  private ChildModel childWith(float number) throws IOException {
    ChildModel child =
        RandomChild.create(
            RandomChild.model(true, false, List.of("gqa_4+ffn_96", "gqa_4+ffn_64")),
            1,
            TensorType.F32,
            given.resolve("files"));
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    for (String name : child.tensors().names()) {
      tensors.put(name, child.tensors().tensor(name));
    }
    List<Long> shape = child.tensors().spec(MATRIX).shape();
    float[] values = new float[Math.toIntExact(shape.get(0) * shape.get(1))];
    values[values.length - 1] = number;
    tensors.put(MATRIX, Tensor.ofFloats(TensorType.F32, shape, values));
    return new ChildModel(
        child.model(), TensorSource.of(tensors), child.companionFiles(), child.inputs());
  }

  /** It would be infinite in the file. */
  @Test
  void aNumberThatF16HasNoRoomForIsNamed() throws IOException {
    Path out = given.resolve("out");
    ChildModel tooLarge = childWith(-70_000);
    assertThatThrownBy(() -> exporter().export(tooLarge, out))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage(
            "tensor 'blk.1.ffn_up.weight' holds -70000.0, and F16 ends at 65504; BF16 has room for it");
    assertThat(out.resolve("model.gguf")).doesNotExist();
    assertThat(exporter().export(childWith(65_519), out).files())
        .allSatisfy(file -> assertThat(file).exists());
  }
}
