package io.github.puzzle4j.export;

import io.github.puzzle4j.blocklib.InvalidInputException;
import io.github.puzzle4j.blocklib.arch.CommonParts;
import io.github.puzzle4j.blocklib.arch.Layer;
import io.github.puzzle4j.blocklib.arch.Model;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Writes children in a format that a serving engine loads.
 *
 * <p>Implementations are found by {@link java.util.ServiceLoader}, have a public constructor
 * without arguments and pass {@code CheckpointExporterContract}, which is among the tests. An
 * exported model computes the same function as the child: an exporter may use another layout, such
 * as zero padding, but must not change it beyond rounding weights to the format's type.
 */
public interface CheckpointExporter {

  /** Name of the format: lower case, unique. */
  String name();

  /**
   * Why this format cannot hold a layer in a child, in one sentence without a full stop; empty if
   * it can, whatever other such layers the child has. A search for this format leaves such
   * candidates out.
   *
   * @param teacher whose children are exported
   * @param position of the layer in the child, counted from 0
   */
  Optional<String> objection(Model teacher, int position, Layer layer);

  /** Whether the format holds only models with a KV cache in some layer. */
  default boolean needsAttention() {
    return false;
  }

  /** Whether the format stores what {@link ChildModel#inputs} says, so that it has to be known. */
  default boolean needsInputs() {
    return false;
  }

  /**
   * Rejects the files that accompany a teacher's weights, before children of it are trained.
   *
   * @param folder of the teacher
   * @throws InvalidInputException if a file that the format needs is missing, or cannot be
   *     converted
   */
  default void requireCompanions(CommonParts common, Path folder) throws IOException {}

  /**
   * Writes a child; the same child gives the same bytes.
   *
   * @param directory is made if need be; files of an earlier export are replaced
   * @throws InvalidInputException if the format has an objection, a tensor is missing, or a
   *     companion file that the format needs is missing or of an unknown kind
   * @throws IOException if a file cannot be written
   */
  ExportSummary export(ChildModel child, Path directory) throws IOException;
}
