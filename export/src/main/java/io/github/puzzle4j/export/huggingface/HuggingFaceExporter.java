package io.github.puzzle4j.export.huggingface;

import io.github.puzzle4j.blocklib.AtomicFile;
import io.github.puzzle4j.blocklib.arch.CommonParts;
import io.github.puzzle4j.blocklib.arch.Layer;
import io.github.puzzle4j.blocklib.checkpoint.CheckpointWriter;
import io.github.puzzle4j.blocklib.checkpoint.TensorType;
import io.github.puzzle4j.blocklib.model.ModelFolder;
import io.github.puzzle4j.export.CheckpointExporter;
import io.github.puzzle4j.export.ChildModel;
import io.github.puzzle4j.export.ExportSummary;
import io.github.puzzle4j.export.Exporters;
import io.github.puzzle4j.export.LlamaLayers;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A Hugging Face folder in bf16, as vLLM, TensorRT-LLM and SGLang load it.
 *
 * <p>A child whose layers are all alike becomes a plain llama. Any other becomes a {@code
 * nemotron-nas} folder, with two adjustments that do not change its function: FFN widths are padded
 * with zero channels to multiples of 256, since loaders compute them from {@code ffn_mult} and
 * round up; and removed attention of layer 0 is written with a zero output projection, since vLLM
 * and SGLang read the residual stream from there.
 */
public final class HuggingFaceExporter implements CheckpointExporter {

  private static final String CONFIGURATION = "configuration_decilm.py";

  private final long shardBytes;

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
    this.shardBytes = shardBytes;
  }

  @Override
  public String name() {
    return "huggingface";
  }

  @Override
  public Optional<String> objection(CommonParts common, int position, Layer layer) {
    return LlamaLayers.objection("nemotron-nas", layer);
  }

  @Override
  public ExportSummary export(ChildModel child, Path directory) throws IOException {
    Exporters.requireNoObjection(this, child.model());
    child.requireTensors();
    FolderLayout layout = FolderLayout.of(child.model());
    FolderTensors tensors = new FolderTensors(child, layout.model(), TensorType.BF16);
    Files.createDirectories(directory);
    List<Path> files = new ArrayList<>(copyCompanions(child.companionFiles(), directory));
    Files.deleteIfExists(directory.resolve(CONFIGURATION));
    if (layout.heterogeneous()) {
      files.add(writeConfiguration(directory));
    }
    files.addAll(
        CheckpointWriter.write(directory, layout.model(), tensors, TensorType.BF16, shardBytes));
    long bytes = 0;
    for (Path file : files) {
      bytes += Files.size(file);
    }
    return new ExportSummary(name(), files, bytes, layout.notes());
  }

  private static List<Path> copyCompanions(Path from, Path to) throws IOException {
    List<Path> files = new ArrayList<>();
    for (Path source : ModelFolder.companions(from)) {
      Path target = to.resolve(from.relativize(source));
      if (!Files.exists(target) || !Files.isSameFile(source, target)) {
        AtomicFile.write(target, stream -> Files.copy(source, stream));
      }
      files.add(target);
    }
    return files;
  }

  /**
   * Writes the code that reads the config of a model whose layers differ, which engines load from
   * its folder.
   */
  public static Path writeConfiguration(Path directory) throws IOException {
    Path target = directory.resolve(CONFIGURATION);
    try (InputStream resource = HuggingFaceExporter.class.getResourceAsStream(CONFIGURATION)) {
      if (resource == null) {
        throw new IllegalStateException("%s is not in the jar".formatted(CONFIGURATION));
      }
      AtomicFile.write(target, resource::transferTo);
    }
    return target;
  }
}
