package io.github.puzzle4j.blocklib.train;

import io.github.puzzle4j.blocklib.AtomicFile;
import io.github.puzzle4j.blocklib.Json;
import io.github.puzzle4j.blocklib.checkpoint.SafetensorsFile;
import io.github.puzzle4j.blocklib.checkpoint.SafetensorsWriter;
import io.github.puzzle4j.blocklib.checkpoint.Tensor;
import io.github.puzzle4j.blocklib.checkpoint.TensorSource;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What is there of a layer that is not complete: for each training that has ended one safetensors
 * and one JSON file, and the state of the one that is under way.
 */
final class LayerParts {

  /** What the JSON file of a training holds. */
  record PartFile(int layer, List<VariantStatistics> variants) {

    PartFile {
      variants = List.copyOf(variants);
    }
  }

  private static final String WEIGHTS = ".safetensors";
  private static final String STATISTICS = ".json";

  private final Path folder;
  private final int layer;

  LayerParts(Path folder, int layer) {
    this.folder = folder;
    this.layer = layer;
  }

  /** The statistics of a training that has ended. */
  Optional<List<VariantStatistics>> find(SubblockKind kind, String training) throws IOException {
    Path file = statisticsFile(name(kind, training));
    return Files.exists(file)
        ? Optional.of(Json.read(file, PartFile.class).variants())
        : Optional.empty();
  }

  /** Publishes a training that has ended. */
  void write(
      SubblockKind kind, String training, TensorSource weights, List<VariantStatistics> variants)
      throws IOException {
    String name = name(kind, training);
    SafetensorsWriter.write(weightsFile(name), weights);
    // Written last, so that a training with statistics has its weights.
    AtomicFile.writeString(
        statisticsFile(name), Json.mapper().writeValueAsString(new PartFile(layer, variants)));
  }

  /** Where the state of a training is kept while it runs. */
  Path stateFile(SubblockKind kind, String training) {
    return folder.resolve(name(kind, training) + ".training");
  }

  /** The mapped weights of a training that has ended. */
  SafetensorsFile weights(SubblockKind kind, String training) throws IOException {
    return SafetensorsFile.open(weightsFile(name(kind, training)));
  }

  /** The mapped tensors of all trainings that have ended. */
  record OpenParts(TensorSource tensors, List<SafetensorsFile> files) implements AutoCloseable {

    @Override
    public void close() {
      files.forEach(SafetensorsFile::close);
    }
  }

  /** Maps what is there. */
  OpenParts open() throws IOException {
    List<SafetensorsFile> files = new ArrayList<>();
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    if (!Files.isDirectory(folder)) {
      return new OpenParts(TensorSource.of(tensors), files);
    }
    boolean opened = false;
    try (DirectoryStream<Path> parts = Files.newDirectoryStream(folder, "*" + STATISTICS)) {
      for (Path part : parts) {
        String json = String.valueOf(part.getFileName());
        String name = json.substring(0, json.length() - STATISTICS.length());
        SafetensorsFile weights = SafetensorsFile.open(weightsFile(name));
        files.add(weights);
        for (String tensor : weights.names()) {
          tensors.put(tensor, weights.tensor(tensor));
        }
      }
      opened = true;
      return new OpenParts(TensorSource.of(tensors), files);
    } finally {
      if (!opened) {
        files.forEach(SafetensorsFile::close);
      }
    }
  }

  /** Removes everything, half-written files included. */
  void delete() throws IOException {
    if (Files.isDirectory(folder)) {
      try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
        for (Path file : files) {
          Files.deleteIfExists(file);
        }
      }
      Files.deleteIfExists(folder);
    }
  }

  private static String name(SubblockKind kind, String training) {
    return kind.id() + "-" + training;
  }

  private Path weightsFile(String name) {
    return folder.resolve(name + WEIGHTS);
  }

  private Path statisticsFile(String name) {
    return folder.resolve(name + STATISTICS);
  }
}
