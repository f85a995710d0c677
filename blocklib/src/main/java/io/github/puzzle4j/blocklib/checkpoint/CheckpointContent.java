package io.github.puzzle4j.blocklib.checkpoint;

import io.github.puzzle4j.blocklib.InvalidInputException;
import io.github.puzzle4j.blocklib.arch.Model;
import io.github.puzzle4j.blocklib.arch.TensorNames;
import io.github.puzzle4j.blocklib.checkpoint.StoredFormat.Matrices;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The tensors of a folder, checked against the model that its config describes: none is missing or
 * unknown.
 *
 * @param expected names and shapes of the model's tensors
 * @param rounded those that are stored in fewer bits, by name
 */
record CheckpointContent(
    SequencedMap<String, List<Long>> expected, Map<String, RoundedWeight> rounded) {

  /**
   * Checks a folder.
   *
   * @throws InvalidInputException if a tensor is missing, has another shape than the config says,
   *     is no floating-point tensor, lacks its scale factors or does not belong to the model; names
   *     folder and tensor
   */
  static CheckpointContent of(
      Path folder, Model model, TensorSource stored, Quantization quantization) throws IOException {
    SequencedMap<String, List<Long>> expected = model.tensors();
    Map<String, RoundedWeight> rounded = new LinkedHashMap<>();
    try {
      for (Map.Entry<String, List<Long>> tensor : expected.entrySet()) {
        Optional<PackedWeight> packed =
            quantization.matrices() == Matrices.NVFP4
                ? PackedWeight.find(tensor.getKey(), tensor.getValue(), stored)
                : Optional.empty();
        if (packed.isPresent()) {
          rounded.put(tensor.getKey(), packed.get());
          continue;
        }
        requireInPlace(stored, tensor.getKey(), tensor.getValue());
        if (stored.spec(tensor.getKey()).type() == TensorType.F8_E4M3) {
          rounded.put(tensor.getKey(), ScaledWeight.of(tensor.getKey(), stored, quantization));
        }
      }
      boolean tied = model.common().tiedEmbeddings();
      if (tied && stored.names().contains(TensorNames.LM_HEAD)) {
        requireSame(stored, TensorNames.EMBEDDING, TensorNames.LM_HEAD);
      }
      Set<String> parts =
          rounded.values().stream()
              .flatMap(weight -> weight.stored().stream())
              .collect(Collectors.toSet());
      for (String name : stored.names()) {
        if (!expected.containsKey(name)
            && !parts.contains(name)
            && !isRedundant(name, tied)
            && !ScaledWeight.isOfActivations(name, stored)) {
          throw new InvalidInputException(
              "tensor '%s' has no place in the architecture of config.json".formatted(name));
        }
      }
    } catch (InvalidInputException mistake) {
      throw new InvalidInputException("%s: %s".formatted(folder, mistake.getMessage()), mistake);
    }
    return new CheckpointContent(expected, rounded);
  }

  private static void requireInPlace(TensorSource stored, String name, List<Long> shape)
      throws IOException {
    if (!stored.names().contains(name)) {
      throw new InvalidInputException(
          "tensor '%s' is missing%s".formatted(name, underAnotherName(stored, name)));
    }
    TensorSpec spec = stored.spec(name);
    if (!spec.shape().equals(shape)) {
      throw new InvalidInputException(
          "tensor '%s' has shape %s, config.json asks for %s".formatted(name, spec.shape(), shape));
    }
    if (!isWeight(spec.type())) {
      throw new InvalidInputException(
          "tensor '%s' is %s; F32, F16, BF16 and F8_E4M3 weights are supported"
              .formatted(name, spec.type()));
    }
  }

  /** The end of a message: what has the name but for a prefix, if anything has. */
  private static String underAnotherName(TensorSource stored, String name) {
    String own = name.substring(name.indexOf('.') + 1);
    return stored.names().stream()
        .filter(other -> other.equals(own) || other.endsWith("." + own))
        .findFirst()
        .map(other ->
            "; there is '%s': names with other prefixes are not supported, rename the tensors"
                .formatted(other))
        .orElse("");
  }

  private static boolean isWeight(TensorType type) {
    return switch (type) {
      case F32, F16, BF16, F8_E4M3 -> true;
      case F64, I64, I32, U8, BOOL -> false;
    };
  }

  /** Both stored copies of a tied embedding must be equal. */
  private static void requireSame(TensorSource stored, String name, String copy)
      throws IOException {
    Tensor first = stored.tensor(name);
    Tensor second = stored.tensor(copy);
    if (!first.spec().equals(second.spec()) || first.data().mismatch(second.data()) >= 0) {
      throw new InvalidInputException(
          "tensor '%s' is not the same as '%s', though config.json ties them"
              .formatted(copy, name));
    }
  }

  /** Precomputed tables in older files, and the second copy of a tied embedding. */
  private static boolean isRedundant(String name, boolean tied) {
    return name.endsWith(".rotary_emb.inv_freq") || (tied && name.equals(TensorNames.LM_HEAD));
  }
}
