package io.github.puzzle4j.blocklib.train;

import io.github.puzzle4j.blocklib.InvalidInputException;
import io.github.puzzle4j.blocklib.checkpoint.SafetensorsFile;
import io.github.puzzle4j.blocklib.checkpoint.SafetensorsWriter;
import io.github.puzzle4j.blocklib.checkpoint.Tensor;
import io.github.puzzle4j.blocklib.checkpoint.TensorSource;
import io.github.puzzle4j.blocklib.checkpoint.TensorSpec;
import io.github.puzzle4j.blocklib.checkpoint.TensorType;
import io.github.puzzle4j.blocklib.tensor.DeviceMemory;
import io.github.puzzle4j.blocklib.tensor.DeviceTensor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/** Keeps activations as safetensors files: a tensor for each batch, mapped when they are read. */
final class DiskActivations implements ActivationStore {

  private static final TensorType TYPE = TensorType.BF16;
  private static final String EXTENSION = ".safetensors";

  private final Path folder;
  private final long budgetBytes;
  private final Consumer<String> warnings;

  private DiskActivations(Path folder, long budgetBytes, Consumer<String> warnings) {
    this.folder = folder;
    this.budgetBytes = budgetBytes;
    this.warnings = warnings;
  }

  static DiskActivations open(Path folder, long budgetBytes, Consumer<String> warnings)
      throws IOException {
    delete(folder, ".*.tmp");
    return new DiskActivations(folder, budgetBytes, warnings);
  }

  private static void delete(Path folder, String glob) throws IOException {
    if (Files.isDirectory(folder)) {
      try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, glob)) {
        for (Path file : files) {
          Files.deleteIfExists(file);
        }
      }
    }
  }

  @Override
  public void clear() throws IOException {
    delete(folder, "*" + EXTENSION);
  }

  /** Bytes of the activations of these shapes, without the header. */
  static long bytes(List<List<Long>> shapes) {
    return specs(shapes).values().stream().mapToLong(TensorSpec::bytes).sum();
  }

  @Override
  public BoundaryActivations keep(
      DeviceMemory parent, String name, List<List<Long>> shapes, Producer producer)
      throws IOException {
    requireRoom(bytes(shapes));
    Path file = file(name);
    SafetensorsWriter.writeSealed(file, new Produced(parent, specs(shapes), producer));
    return new Mapped(file, SafetensorsFile.open(file), shapes.size());
  }

  @Override
  public Optional<BoundaryActivations> find(String name, List<List<Long>> shapes) {
    Path file = file(name);
    if (!Files.isRegularFile(file)) {
      return Optional.empty();
    }
    try {
      SafetensorsFile saved = SafetensorsFile.openSealed(file);
      if (isOf(saved, specs(shapes))) {
        return Optional.of(new Mapped(file, saved, shapes.size()));
      }
      saved.close();
    } catch (IOException damaged) {
      warnings.accept("%s; it is made again".formatted(damaged.getMessage()));
    }
    return Optional.empty();
  }

  private static boolean isOf(SafetensorsFile saved, Map<String, TensorSpec> specs)
      throws IOException {
    if (!saved.names().equals(specs.keySet())) {
      return false;
    }
    for (Map.Entry<String, TensorSpec> entry : specs.entrySet()) {
      if (!saved.spec(entry.getKey()).equals(entry.getValue())) {
        return false;
      }
    }
    return true;
  }

  private void requireRoom(long bytes) throws IOException {
    long used = 0;
    if (Files.isDirectory(folder)) {
      try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
        for (Path file : files) {
          used += Files.size(file);
        }
      }
    }
    if (used + bytes > budgetBytes) {
      throw new InvalidInputException(
          "%s: activations need %,d bytes besides %,d in use, the limit on disk is %,d"
                  .formatted(folder, bytes, used, budgetBytes)
              + "; allow more, or use fewer or shorter sequences");
    }
  }

  private Path file(String name) {
    return folder.resolve(name + EXTENSION);
  }

  private static Map<String, TensorSpec> specs(List<List<Long>> shapes) {
    Map<String, TensorSpec> specs = new LinkedHashMap<>();
    for (int index = 0; index < shapes.size(); index++) {
      specs.put(tensorName(index), new TensorSpec(TYPE, shapes.get(index)));
    }
    return specs;
  }

  /** Files are written in the order of names, which is that of the batches. */
  private static String tensorName(int index) {
    return "batch-%09d".formatted(index);
  }

  @Override
  public void close() throws IOException {
    try {
      Files.deleteIfExists(folder);
    } catch (DirectoryNotEmptyException kept) {
      // For a later run.
    }
  }

  /** Tensors that are computed when the writer asks for them. */
  private record Produced(DeviceMemory parent, Map<String, TensorSpec> specs, Producer producer)
      implements TensorSource {

    @Override
    public Set<String> names() {
      return specs.keySet();
    }

    @Override
    public TensorSpec spec(String name) {
      return Objects.requireNonNull(specs.get(name), name);
    }

    @Override
    public Tensor tensor(String name) throws IOException {
      int index = Integer.parseInt(name.substring(name.indexOf('-') + 1));
      try (DeviceMemory scope = parent.newScope()) {
        return producer.batch(scope, index).toTensor(TYPE);
      }
    }
  }

  private record Mapped(Path file, SafetensorsFile saved, int batches)
      implements BoundaryActivations {

    @Override
    public DeviceTensor batch(DeviceMemory scope, int index) {
      try {
        return scope.load(saved.tensor(tensorName(index)));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public void discard() throws IOException {
      saved.close();
      Files.deleteIfExists(file);
    }

    @Override
    public void close() {
      saved.close();
    }
  }
}
