package io.github.puzzle4j.blocklib.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.puzzle4j.blocklib.InvalidInputException;
import io.github.puzzle4j.blocklib.arch.TensorNames;
import io.github.puzzle4j.blocklib.checkpoint.Checkpoint;
import io.github.puzzle4j.blocklib.checkpoint.ConfigFile;
import io.github.puzzle4j.blocklib.checkpoint.SafetensorsWriter;
import io.github.puzzle4j.blocklib.checkpoint.Tensor;
import io.github.puzzle4j.blocklib.checkpoint.TensorSource;
import io.github.puzzle4j.blocklib.checkpoint.TensorType;
import io.github.puzzle4j.blocklib.task.FileDigestMemo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ModelFolderTest {

  private static final Path GOLDEN = Path.of("src/test/resources/golden");
  private static final String WEIGHTS = "model.safetensors";

  @TempDir Path folder;

  private Path path;

  @BeforeEach
  void copy() throws IOException {
    path = copyTo("model");
  }

  private Path copyTo(String name) throws IOException {
    Path to = Files.createDirectory(folder.resolve(name));
    for (String file : List.of(ConfigFile.NAME, WEIGHTS)) {
      Files.copy(GOLDEN.resolve("llama/tied-bf16").resolve(file), to.resolve(file));
    }
    for (String file : List.of("tokenizer.json", "tokenizer_config.json")) {
      Files.copy(GOLDEN.resolve("tokenizer").resolve(file), to.resolve(file));
    }
    return to;
  }

  @Test
  void shapeWeightsAndTokenizerAreThoseOfTheFolder() throws IOException {
    try (ModelFolder model = ModelFolder.open(path)) {
      assertThat(model.path()).isEqualTo(path);
      assertThat(model.model()).isEqualTo(ConfigFile.read(path.resolve(ConfigFile.NAME)));
      assertThat(model.weights().model()).isEqualTo(model.model());
      assertThat(model.weights()).isSameAs(model.weights());
      assertThat(model.tokenizer().encode("a").ids()).isNotEmpty();
      assertThat(model.tokenizer()).isSameAs(model.tokenizer());
    }
  }

  @ParameterizedTest
  @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY})
  void weightsThatAreNoNumbersAreRefusedEachTime(float value) throws IOException {
    Path broken = path.resolve(WEIGHTS);
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    try (Checkpoint golden = Checkpoint.open(path)) {
      for (String name : golden.names()) {
        Tensor own = golden.tensor(name);
        tensors.put(name, Tensor.ofFloats(own.type(), own.shape(), own.toFloats()));
      }
      float[] norm = golden.tensor(TensorNames.FINAL_NORM).toFloats();
      norm[5] = value;
      tensors.put(
          TensorNames.FINAL_NORM,
          Tensor.ofFloats(TensorType.BF16, List.of((long) norm.length), norm));
    }
    Files.delete(broken);
    SafetensorsWriter.write(broken, TensorSource.of(tensors));
    try (ModelFolder model = ModelFolder.open(path)) {
      for (int i = 0; i < 2; i++) {
        assertThatThrownBy(model::weights)
            .isInstanceOf(InvalidInputException.class)
            .hasMessageContaining("'model.norm.weight' holds %s at [5]".formatted(value));
      }
    }
  }

  /** Planning needs shapes and digests, and no mapped weights. */
  @Test
  void onlyTheConfigIsReadUntilMoreIsAskedFor() throws IOException {
    Files.delete(path.resolve(WEIGHTS));
    Files.delete(path.resolve("tokenizer.json"));
    try (ModelFolder model = ModelFolder.open(path)) {
      assertThat(model.model().layers()).isNotEmpty();
      assertThatThrownBy(model::weights)
          .isInstanceOf(InvalidInputException.class)
          .hasMessageContaining(WEIGHTS);
      assertThatThrownBy(model::tokenizer).isInstanceOf(InvalidInputException.class);
    }
  }

  @Test
  void whatIsNoModelOrCannotBeComputedIsRefused() throws IOException {
    assertThatThrownBy(() -> ModelFolder.open(folder.resolve("absent")).close())
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("absent: no such checkpoint folder");
    Files.delete(path.resolve(ConfigFile.NAME));
    assertThatThrownBy(() -> ModelFolder.open(path).close())
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("config.json: no such file");
    Files.copy(
        Path.of("src/test/resources/configs/mixtral-8x7b.json"), path.resolve(ConfigFile.NAME));
    assertThatThrownBy(() -> ModelFolder.open(path).close())
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("experts per layer can be priced, not computed");
  }

  @Test
  void filesThatGoWithTheWeightsAreThoseThatAreThere() throws IOException {
    Files.writeString(path.resolve("notes.txt"), "no companion");
    try (ModelFolder model = ModelFolder.open(path)) {
      assertThat(ModelFolder.companions(model.path()))
          .containsExactly(path.resolve("tokenizer.json"), path.resolve("tokenizer_config.json"));
    }
  }

  @Test
  void digestsDependOnContentsAndNotOnThePlace() throws IOException {
    String weights = weightsDigest(path);
    String companions = companionsDigest(path);
    Path other = copyTo("other");
    assertThat(weightsDigest(other)).isEqualTo(weights);
    assertThat(companionsDigest(other)).isEqualTo(companions);

    Files.writeString(other.resolve("LICENSE"), "free");
    assertThat(weightsDigest(other)).isEqualTo(weights);
    assertThat(companionsDigest(other)).isNotEqualTo(companions);
    Files.delete(other.resolve("LICENSE"));
    Files.move(other.resolve("tokenizer_config.json"), other.resolve("LICENSE"));
    assertThat(companionsDigest(other)).as("under another name").isNotEqualTo(companions);

    byte[] bytes = Files.readAllBytes(other.resolve(WEIGHTS));
    bytes[bytes.length - 1] ^= 1;
    Files.write(other.resolve(WEIGHTS), bytes);
    assertThat(weightsDigest(other)).as("other weights").isNotEqualTo(weights);

    Path third = copyTo("third");
    Path config = third.resolve(ConfigFile.NAME);
    String text = Files.readString(config);
    assertThat(text).contains("\"rope_theta\": 1000.0");
    Files.writeString(config, text.replace("\"rope_theta\": 1000.0", "\"rope_theta\": 500.0"));
    assertThat(weightsDigest(third)).as("another shape").isNotEqualTo(weights);
  }

  private String weightsDigest(Path of) throws IOException {
    try (ModelFolder model = ModelFolder.open(of)) {
      return model.weightsDigest(memo());
    }
  }

  private String companionsDigest(Path of) throws IOException {
    try (ModelFolder model = ModelFolder.open(of)) {
      return model.companionsDigest(memo());
    }
  }

  private FileDigestMemo memo() throws IOException {
    return FileDigestMemo.open(folder.resolve("digests.json"));
  }
}
