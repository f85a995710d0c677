package io.github.puzzle4j.blocklib.library;

import io.github.puzzle4j.blocklib.InvalidInputException;
import io.github.puzzle4j.blocklib.arch.Ffn;
import io.github.puzzle4j.blocklib.arch.Replacement;
import io.github.puzzle4j.blocklib.arch.TensorNames;
import io.github.puzzle4j.blocklib.checkpoint.SafetensorsFile;
import io.github.puzzle4j.blocklib.checkpoint.Tensor;
import io.github.puzzle4j.blocklib.checkpoint.TensorSource;
import io.github.puzzle4j.blocklib.checkpoint.TensorSpec;
import io.github.puzzle4j.blocklib.checkpoint.TensorType;
import io.github.puzzle4j.blocklib.subblock.SubblockTensors;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SequencedMap;
import java.util.Set;

/**
 * A tensor of a library that is read on access.
 *
 * @param spec type and shape, known before reading
 * @param reader reads it
 */
record LibraryTensor(TensorSpec spec, Reader reader) {

  /** Reads a tensor. */
  @FunctionalInterface
  interface Reader {
    Tensor read() throws IOException;
  }

  /** Supplies an order of channels. */
  @FunctionalInterface
  interface ChannelOrder {
    long[] channels() throws IOException;
  }

  /** The file of a training's weights. */
  static final String FILE = "weights.safetensors";

  /** Prefix, in place of a replacement's name, of weights that several replacements share. */
  private static final String SHARED = "shared/";

  Tensor tensor() throws IOException {
    return reader.read();
  }

  /** Prefix of the names of a replacement's tensors in the file of its training. */
  static String prefix(Replacement replacement, int position) {
    return "%s/%d/".formatted(replacement.variant(), position);
  }

  static String sharedName(String suffix) {
    return SHARED + suffix;
  }

  /** Tensors of a file. */
  static SequencedMap<String, LibraryTensor> stored(
      Path file, String prefix, SequencedMap<String, List<Long>> shapes, TensorType type) {
    SequencedMap<String, LibraryTensor> tensors = new LinkedHashMap<>();
    shapes.forEach((suffix, shape) -> {
      TensorSpec spec = new TensorSpec(type, shape);
      tensors.put(suffix, new LibraryTensor(spec, () -> read(file, prefix + suffix, spec)));
    });
    return tensors;
  }

  /** Shared weights of a file, of which only the names of the shapes are known. */
  static SequencedMap<String, LibraryTensor> shared(
      Path file, SequencedMap<String, List<Long>> shapes) throws IOException {
    SequencedMap<String, LibraryTensor> tensors = new LinkedHashMap<>();
    try (SafetensorsFile mapped = SafetensorsFile.open(file)) {
      for (String suffix : shapes.keySet()) {
        TensorSpec spec = mapped.spec(sharedName(suffix));
        tensors.put(suffix, new LibraryTensor(spec, () -> read(file, sharedName(suffix), spec)));
      }
    }
    return tensors;
  }

  /** Tensors of a layer of a model. */
  static SequencedMap<String, LibraryTensor> of(
      TensorSource source, int layer, SequencedMap<String, List<Long>> shapes) throws IOException {
    SequencedMap<String, LibraryTensor> tensors = new LinkedHashMap<>();
    for (String suffix : shapes.keySet()) {
      String name = TensorNames.ofLayer(layer, suffix);
      tensors.put(suffix, new LibraryTensor(source.spec(name), () -> source.tensor(name)));
    }
    return tensors;
  }

  /** Tensors of a model. */
  static SequencedMap<String, LibraryTensor> of(
      TensorSource source, SequencedMap<String, List<Long>> shapes) throws IOException {
    SequencedMap<String, LibraryTensor> tensors = new LinkedHashMap<>();
    for (String name : shapes.keySet()) {
      tensors.put(name, new LibraryTensor(source.spec(name), () -> source.tensor(name)));
    }
    return tensors;
  }

  /** Channels of a wider FFN. */
  static SequencedMap<String, LibraryTensor> slices(
      Ffn ffn,
      Map<String, LibraryTensor> whole,
      ChannelOrder order,
      SequencedMap<String, List<Long>> shapes,
      TensorType type) {
    SequencedMap<String, LibraryTensor> tensors = new LinkedHashMap<>();
    shapes.forEach((suffix, shape) ->
        tensors.put(
            suffix,
            new LibraryTensor(
                new TensorSpec(type, shape),
                () ->
                    SubblockTensors.of(ffn)
                        .slice(
                            suffix,
                            Objects.requireNonNull(whole.get(suffix), suffix).tensor(),
                            order.channels()))));
    return tensors;
  }

  /** The first channels in stored order. */
  static long[] ascending(int channels) {
    long[] order = new long[channels];
    Arrays.setAll(order, channel -> channel);
    return order;
  }

  private static Tensor read(Path file, String name, TensorSpec expected) throws IOException {
    try (SafetensorsFile mapped = SafetensorsFile.open(file)) {
      Tensor tensor = mapped.tensor(name);
      if (!tensor.spec().equals(expected)) {
        throw new InvalidInputException(
            "%s: '%s' is %s, expected %s".formatted(file, name, tensor.spec(), expected));
      }
      // Copied, since the mapping ends here.
      return new Tensor(
          tensor.type(),
          tensor.shape(),
          MemorySegment.ofArray(tensor.data().toArray(ValueLayout.JAVA_BYTE)));
    }
  }

  /** Tensors by name. */
  static TensorSource source(SequencedMap<String, LibraryTensor> tensors) {
    return new TensorSource() {
      @Override
      public Set<String> names() {
        return Collections.unmodifiableSet(tensors.keySet());
      }

      @Override
      public Tensor tensor(String name) throws IOException {
        return named(name).tensor();
      }

      @Override
      public TensorSpec spec(String name) throws IOException {
        return named(name).spec();
      }

      private LibraryTensor named(String name) throws InvalidInputException {
        LibraryTensor tensor = tensors.get(name);
        if (tensor == null) {
          throw new InvalidInputException("no tensor '%s' in the child".formatted(name));
        }
        return tensor;
      }
    };
  }
}
