package io.github.puzzle4j.export.huggingface;

import io.github.puzzle4j.blocklib.AtomicFile;
import io.github.puzzle4j.blocklib.arch.ExpertsFfn;
import io.github.puzzle4j.blocklib.arch.GatedFfn;
import io.github.puzzle4j.blocklib.arch.Layer;
import io.github.puzzle4j.blocklib.arch.LinearFfn;
import io.github.puzzle4j.blocklib.arch.Model;
import io.github.puzzle4j.blocklib.arch.NoFfn;
import io.github.puzzle4j.blocklib.checkpoint.CheckpointWriter;
import io.github.puzzle4j.blocklib.checkpoint.ConfigFile;
import io.github.puzzle4j.blocklib.checkpoint.StoredFormat.Matrices;
import io.github.puzzle4j.blocklib.checkpoint.TensorType;
import io.github.puzzle4j.blocklib.model.ModelFolder;
import io.github.puzzle4j.export.CheckpointExporter;
import io.github.puzzle4j.export.ChildModel;
import io.github.puzzle4j.export.ExportSummary;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A Hugging Face folder in bf16.
 *
 * <p>A child whose layers are those of a family, but for layers of which nothing is left, is
 * written as that family. A Llama with other layers becomes a {@code nemotron-nas} folder, as vLLM,
 * TensorRT-LLM and SGLang load it, with two adjustments that do not change its function: FFN widths
 * are padded with zero channels to multiples of 256, since loaders compute them from {@code
 * ffn_mult} and round up; and removed attention of layer 0 is written with a zero output
 * projection, since vLLM and SGLang read the residual stream from there. All others are written as
 * {@code puzzle4j}. The last two come with the code by which Transformers loads them.
 */
public final class HuggingFaceExporter implements CheckpointExporter {

  private static final List<String> CODE =
      List.of("configuration_puzzle4j.py", "modeling_puzzle4j.py");

  private final long shardBytes;
  private final Matrices matrices;

  /** Shards of the usual 5 GB. */
  public HuggingFaceExporter() {
    this(CheckpointWriter.DEFAULT_SHARD_BYTES);
  }

  /**
   * With another shard size.
   *
   * @param shardBytes maximum bytes of tensors in one file
   */
  public HuggingFaceExporter(long shardBytes) {
    this(shardBytes, Matrices.PLAIN);
  }

  HuggingFaceExporter(long shardBytes, Matrices matrices) {
    this.shardBytes = shardBytes;
    this.matrices = matrices;
  }

  @Override
  public String name() {
    return "huggingface";
  }

  @Override
  public Optional<String> objection(Model teacher, int position, Layer layer) {
    return switch (layer.ffn()) {
      case GatedFfn _, LinearFfn _, NoFfn _ -> Optional.empty();
      case ExpertsFfn experts ->
          Optional.of("%s: models with experts are not written".formatted(experts.id()));
    };
  }

  @Override
  public ExportSummary export(ChildModel child, Path directory) throws IOException {
    FolderLayout layout = FolderLayout.of(child.model()).withWidths(widthStep());
    return write(name(), child, layout, directory, this::writeModel);
  }

  /** Writes config and weights into a folder, and returns their files. */
  interface ModelWriter {
    List<Path> write(Path directory, FolderLayout layout, FolderTensors tensors) throws IOException;
  }

  /** Writes a child in a layout: companions, code if loaders need it, weights and config. */
  static ExportSummary write(
      String format, ChildModel child, FolderLayout layout, Path directory, ModelWriter writer)
      throws IOException {
    child.requireTensors();
    FolderTensors tensors = new FolderTensors(child, layout, TensorType.BF16);
    Files.createDirectories(directory);
    // Of an earlier export, which is not whole from here on.
    Files.deleteIfExists(directory.resolve(ConfigFile.NAME));
    List<Path> files = new ArrayList<>(copyCompanions(child.companionFiles(), directory));
    for (String file : CODE) {
      AtomicFile.removeLeftovers(directory.resolve(file));
      Files.deleteIfExists(directory.resolve(file));
    }
    if (layout.ownCode()) {
      files.addAll(writeCode(directory));
    }
    files.addAll(writer.write(directory, layout, tensors));
    long bytes = 0;
    for (Path file : files) {
      bytes += Files.size(file);
    }
    return new ExportSummary(format, files, bytes, layout.notes());
  }

  /** Rows of the last matrix of an FFN are blocks of numbers in NVFP4. */
  private int widthStep() {
    return switch (matrices) {
      case NVFP4 -> CheckpointWriter.NVFP4_BLOCK;
      case PLAIN, FP8, FP8_STATIC, FP8_BLOCK -> 1;
    };
  }

  private List<Path> writeModel(Path directory, FolderLayout layout, FolderTensors tensors)
      throws IOException {
    TensorType stored = TensorType.BF16;
    return matrices == Matrices.PLAIN
        ? CheckpointWriter.write(directory, layout.model(), tensors, stored, shardBytes)
        : CheckpointWriter.writeRounded(
            directory, layout.model(), tensors, stored, shardBytes, matrices, tensors.inputs());
  }

  private static List<Path> copyCompanions(Path from, Path to) throws IOException {
    List<Path> files = new ArrayList<>();
    for (Path source : ModelFolder.companions(from)) {
      Path target = to.resolve(from.relativize(source));
      AtomicFile.removeLeftovers(target);
      if (!Files.exists(target) || !Files.isSameFile(source, target)) {
        AtomicFile.write(target, stream -> Files.copy(source, stream));
      }
      files.add(target);
    }
    return files;
  }

  /**
   * Writes the code that reads the config of a model whose layers differ and computes it, which
   * Transformers and engines load from its folder.
   */
  public static List<Path> writeCode(Path directory) throws IOException {
    List<Path> files = new ArrayList<>();
    for (String file : CODE) {
      Path target = directory.resolve(file);
      try (InputStream resource = HuggingFaceExporter.class.getResourceAsStream(file)) {
        if (resource == null) {
          throw new IllegalStateException("%s is not in the jar".formatted(file));
        }
        AtomicFile.write(target, resource::transferTo);
      }
      files.add(target);
    }
    return files;
  }
}
