package io.github.puzzle4j.blocklib.checkpoint;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Files of weights that are not read, and what can be done about them. */
enum OtherWeights {
  ADAPTER(
      "adapter_model\\..*|adapter_config\\.json",
      "an adapter is not a model: merge it into its base model"),
  WITHOUT_CONFIG(
      "model\\.safetensors(\\.index\\.json)?",
      "weights without a config are what a writer leaves that was stopped"),
  PICKLED_SHARDS("pytorch_model.*\\.bin(\\.index\\.json)?", "save it as safetensors"),
  SHARD("model-[0-9]+-of-[0-9]+\\.safetensors", "shards need " + ShardSet.INDEX),
  ORIGINAL(
      "consolidated.*\\.(safetensors|pth)|params\\.json",
      "convert it to the layout of Hugging Face"),
  SAFETENSORS(".*\\.safetensors", "the file must be called " + ShardSet.SINGLE),
  PICKLE(".*\\.(bin|pth|pt|ckpt)", "save it as safetensors"),
  GGUF(".*\\.gguf", "give that file instead of the folder"),
  OTHER_FRAMEWORK(
      ".*\\.(h5|msgpack|onnx|nemo|distcp|npz)", "convert it to the layout of Hugging Face");

  private final String names;
  private final String remedy;

  OtherWeights(String names, String remedy) {
    this.names = names;
    this.remedy = remedy;
  }

  /** The end of a message on a folder without the expected files; empty if it holds no weights. */
  static String in(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      return "";
    }
    List<String> present;
    try (Stream<Path> files = Files.list(folder)) {
      present = files.map(file -> file.getFileName().toString()).sorted().toList();
    }
    return Arrays.stream(values())
        .flatMap(kind -> kind.among(present).stream())
        .findFirst()
        .orElse("");
  }

  private Optional<String> among(List<String> files) {
    return files.stream()
        .filter(file -> file.matches(names))
        .findFirst()
        .map(file -> "; there is %s: %s".formatted(file, remedy));
  }
}
