package io.github.puzzle4j.blocklib.model;

import io.github.puzzle4j.blocklib.AtomicFile;
import io.github.puzzle4j.blocklib.InvalidInputException;
import io.github.puzzle4j.blocklib.Json;
import io.github.puzzle4j.blocklib.checkpoint.Checkpoint;
import io.github.puzzle4j.blocklib.checkpoint.CheckpointWriter;
import io.github.puzzle4j.blocklib.checkpoint.ConfigFile;
import io.github.puzzle4j.blocklib.checkpoint.FiniteCheck;
import io.github.puzzle4j.blocklib.checkpoint.Tensor;
import io.github.puzzle4j.blocklib.checkpoint.TensorSource;
import io.github.puzzle4j.blocklib.checkpoint.TensorSpec;
import io.github.puzzle4j.blocklib.checkpoint.TensorType;
import io.github.puzzle4j.blocklib.gguf.GgufFile;
import io.github.puzzle4j.blocklib.gguf.tokenizer.GgufCompanions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import tools.jackson.databind.JsonNode;

/**
 * Writes the model of a GGUF file as a Hugging Face folder, one tensor in memory at a time.
 *
 * @param layersDiffer whether the config is one of a model whose layers differ, which engines read
 *     with code of its own
 * @param stored the type of all weights: the smallest that holds every number of the file exactly
 * @param files what was written
 */
public record GgufImport(boolean layersDiffer, TensorType stored, List<Path> files) {

  /** Numbers that are compared at once. */
  private static final int CHUNK = 1 << 16;

  public GgufImport {
    files = List.copyOf(files);
  }

  /**
   * Imports a file. The config comes last, so that an incomplete folder cannot be opened.
   *
   * @param model opened from a GGUF file
   * @param folder is created; it must not hold a model
   * @param step receives the name of each tensor twice: when it was checked and when it is written
   * @throws InvalidInputException if a number is not finite, if the tokenizer cannot be used, or if
   *     the folder holds a model
   */
  public static GgufImport of(Checkpoint model, Path folder, Consumer<String> step)
      throws IOException {
    if (Files.exists(folder.resolve(ConfigFile.NAME))) {
      throw new InvalidInputException(
          "%s: holds a model already; give another folder".formatted(folder));
    }
    FiniteCheck.require(model.path().toString(), model, step);
    TensorType stored = smallest(model);
    List<Path> files = new ArrayList<>(writeCompanions(model.path(), folder));
    files.addAll(
        CheckpointWriter.write(
            folder,
            model.model(),
            new Converted(model, stored, step),
            stored,
            CheckpointWriter.DEFAULT_SHARD_BYTES));
    boolean layersDiffer = model.model().common().family().equals("nemotron-nas");
    return new GgufImport(layersDiffer, stored, files);
  }

  private static List<Path> writeCompanions(Path model, Path folder) throws IOException {
    Map<String, JsonNode> contents;
    try (GgufFile file = GgufFile.open(model)) {
      contents = GgufCompanions.of(file.metadata());
    }
    List<Path> files = new ArrayList<>();
    for (Map.Entry<String, JsonNode> content : contents.entrySet()) {
      Path file = folder.resolve(content.getKey());
      AtomicFile.writeString(
          file,
          Json.mapper().writerWithDefaultPrettyPrinter().writeValueAsString(content.getValue())
              + "\n");
      files.add(file);
    }
    return files;
  }

  private static TensorType smallest(Checkpoint checkpoint) throws IOException {
    for (TensorType type : List.of(TensorType.BF16, TensorType.F16)) {
      if (holds(type, checkpoint)) {
        return type;
      }
    }
    return TensorType.F32;
  }

  private static boolean holds(TensorType type, Checkpoint checkpoint) throws IOException {
    // Matrices first: they settle it sooner than norms, which often are in F32 for no reason.
    List<String> names =
        checkpoint.names().stream()
            .sorted((a, b) -> Boolean.compare(isNorm(a), isNorm(b)))
            .toList();
    for (String name : names) {
      Tensor tensor = checkpoint.tensor(name);
      float[] numbers = new float[(int) Math.min(CHUNK, tensor.elements())];
      for (long from = 0; tensor.type() != type && from < tensor.elements(); from += CHUNK) {
        int count = (int) Math.min(CHUNK, tensor.elements() - from);
        tensor.readFloats(from, numbers, count);
        float[] rounded = Tensor.ofFloats(type, List.of((long) numbers.length), numbers).toFloats();
        for (int i = 0; i < count; i++) {
          if (rounded[i] != numbers[i]) {
            return false;
          }
        }
      }
    }
    return true;
  }

  private static boolean isNorm(String name) {
    return name.contains("norm");
  }

  /** All tensors in one type. */
  private record Converted(TensorSource source, TensorType type, Consumer<String> step)
      implements TensorSource {

    @Override
    public Set<String> names() {
      return source.names();
    }

    @Override
    public Tensor tensor(String name) throws IOException {
      step.accept(name);
      return source.tensor(name).as(type);
    }

    @Override
    public TensorSpec spec(String name) throws IOException {
      return new TensorSpec(type, source.spec(name).shape());
    }
  }
}
