package io.github.puzzle4j.search.cli;

import io.github.puzzle4j.blocklib.arch.Model;
import io.github.puzzle4j.blocklib.checkpoint.ConfigFile;
import io.github.puzzle4j.blocklib.checkpoint.SafetensorsWriter;
import io.github.puzzle4j.blocklib.checkpoint.Tensor;
import io.github.puzzle4j.blocklib.checkpoint.TensorSource;
import io.github.puzzle4j.blocklib.checkpoint.TensorType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Very small teachers that have learned nothing, with the tokenizer of the small teacher. */
public final class DrawnTeacher {

  /** What all of them have in their {@code config.json}. */
  public static final String COMMON =
      """
      "vocab_size": 566, "hidden_size": 32, "num_attention_heads": 4,
      "head_dim": 8, "max_position_embeddings": 256, "rms_norm_eps": 1e-5, "hidden_act": "silu",
      "bos_token_id": 564, "eos_token_id": 565, "dtype": "bfloat16"
      """;

  /** Two layers that are alike, of 4 KV heads and 64 channels. */
  public static final String ALIKE =
      COMMON + ", \"num_hidden_layers\": 2, \"num_key_value_heads\": 4, \"intermediate_size\": 64";

  private static final Path TOKENIZER = Path.of("..", "examples", "tiny-teacher");

  private DrawnTeacher() {}

  /**
   * Writes a checkpoint.
   *
   * @param folder is made
   * @param config what its {@code config.json} holds, without braces
   */
  public static void write(Path folder, String config) throws IOException {
    Files.createDirectories(folder);
    for (String file : List.of("tokenizer.json", "tokenizer_config.json")) {
      Files.copy(TOKENIZER.resolve(file), folder.resolve(file));
    }
    Model model =
        ConfigFile.read(Files.writeString(folder.resolve(ConfigFile.NAME), "{" + config + "}"));
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    model
        .tensors()
        .forEach((name, shape) -> tensors.put(name, DrawnNumbers.of(name, shape, TensorType.BF16)));
    SafetensorsWriter.write(folder.resolve("model.safetensors"), TensorSource.of(tensors));
  }
}
