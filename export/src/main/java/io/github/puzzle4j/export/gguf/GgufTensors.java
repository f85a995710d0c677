package io.github.puzzle4j.export.gguf;

import io.github.puzzle4j.blocklib.arch.AttentionShape;
import io.github.puzzle4j.blocklib.arch.CommonParts;
import io.github.puzzle4j.blocklib.arch.GatedFfn;
import io.github.puzzle4j.blocklib.arch.LinearAttention;
import io.github.puzzle4j.blocklib.arch.RotaryEmbedding;
import io.github.puzzle4j.blocklib.arch.SoftmaxAttention;
import io.github.puzzle4j.blocklib.arch.TensorNames;
import io.github.puzzle4j.blocklib.checkpoint.GgufNames;
import io.github.puzzle4j.blocklib.checkpoint.Tensor;
import io.github.puzzle4j.blocklib.checkpoint.TensorType;
import io.github.puzzle4j.blocklib.gguf.GgufType;
import io.github.puzzle4j.export.ChildModel;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Map;

/** Adds a child's tensors to a GGUF file under llama.cpp's names. */
final class GgufTensors {

  private static final List<String> VECTORS =
      List.of(
          SoftmaxAttention.KEY_NORM,
          SoftmaxAttention.KEY_BIAS,
          SoftmaxAttention.OUTPUT_BIAS,
          SoftmaxAttention.QUERY_NORM,
          SoftmaxAttention.QUERY_BIAS,
          SoftmaxAttention.VALUE_BIAS);

  private final GgufWriter file;
  private final ChildModel child;
  private final CommonParts common;
  private final int headDim;
  private final GgufMix mix;
  private final GgufArchitecture architecture;

  /** How many value projections there are, and how many were added. */
  private int values;

  private int valuesBefore;

  /** How many layers there are, and how many last matrices of FFNs were added. */
  private int layerCount;

  private int downBefore;

  /**
   * Tensors of a child.
   *
   * @param headDim width of the heads of all layers
   */
  GgufTensors(
      GgufWriter file, ChildModel child, GgufMix mix, GgufArchitecture architecture, int headDim) {
    this.architecture = architecture;
    this.file = file;
    this.child = child;
    this.common = child.model().common();
    this.headDim = headDim;
    this.mix = mix;
  }

  void addAll(List<GgufLayer> layers) {
    long hidden = common.hiddenSize();
    List<Long> table = List.of((long) common.vocabularySize(), hidden);
    copy(
        GgufNames.of(TensorNames.EMBEDDING),
        TensorNames.EMBEDDING,
        common.tiedEmbeddings() ? mix.head(hidden) : mix.usual(hidden),
        table);
    values = (int) layers.stream().filter(layer -> layer.mixer().attention().isPresent()).count();
    layerCount = layers.size();
    addRotaryFactors();
    for (int index = 0; index < layers.size(); index++) {
      addMixer(index, layers.get(index).mixer());
      addFfn(index, layers.get(index).ffn());
    }
    copyNorm(GgufNames.of(TensorNames.FINAL_NORM), TensorNames.FINAL_NORM);
    if (!common.tiedEmbeddings()) {
      copy(GgufNames.of(TensorNames.LM_HEAD), TensorNames.LM_HEAD, mix.head(hidden), table);
    }
  }

  private void addRotaryFactors() {
    if (!architecture.isInterleaved()) {
      return;
    }
    switch (common.rotary().scaling()) {
      case RotaryEmbedding.Scaling.None(), RotaryEmbedding.Scaling.Dynamic(_) -> {
        // The loader computes the same frequencies within the context.
      }
      case RotaryEmbedding.Scaling.Yarn yarn ->
          throw new IllegalStateException("there was an objection to " + yarn);
      case RotaryEmbedding.Scaling.Linear(_), RotaryEmbedding.Scaling.Llama3(_, _, _, _) -> {
        float[] factors = new float[headDim / 2];
        for (int i = 0; i < factors.length; i++) {
          factors[i] = (float) common.rotary().divisor(i, headDim);
        }
        List<Long> shape = List.of((long) factors.length);
        file.add(
            GgufNames.ROPE_DIVISORS,
            GgufType.F32,
            shape,
            () -> Tensor.ofFloats(TensorType.F32, shape, factors));
      }
    }
  }

  private void addMixer(int index, GgufLayer.Mixer mixer) {
    long hidden = common.hiddenSize();
    List<Long> square = List.of(hidden, hidden);
    switch (mixer) {
      case GgufLayer.Mixer.None() -> {
        // No tensors: the loader passes the residual on.
      }
      case GgufLayer.Mixer.Softmax(int layer, SoftmaxAttention own) ->
          addSoftmax(index, layer, own);
      case GgufLayer.Mixer.Matrix(String norm, String matrix) -> {
        copyNorm(GgufNames.ofLayer(index, SoftmaxAttention.NORM), norm);
        copy(GgufNames.ofLayer(index, LinearAttention.MATRIX), matrix, square);
      }
      case GgufLayer.Mixer.ZeroMatrix() -> {
        zeros(index, SoftmaxAttention.NORM, GgufType.F32, List.of(hidden));
        zeros(index, LinearAttention.MATRIX, mix.usual(hidden), square);
      }
    }
  }

  private void addSoftmax(int index, int layer, SoftmaxAttention own) {
    AttentionShape heads = own.heads();
    long hidden = common.hiddenSize();
    List<Long> query = List.of((long) heads.queryWidth(), hidden);
    List<Long> cached = List.of((long) heads.kvWidth(), hidden);
    copyNorm(index, layer, SoftmaxAttention.NORM);
    copy(index, layer, SoftmaxAttention.QUERY, mix.usual(hidden), query);
    copy(index, layer, SoftmaxAttention.KEY, mix.usual(hidden), cached);
    GgufType value = mix.important(hidden, valuesBefore++, values);
    copy(index, layer, SoftmaxAttention.VALUE, value, cached);
    GgufType output = mix.usual(heads.queryWidth());
    copy(index, layer, SoftmaxAttention.OUTPUT, output, query.reversed());
    Map<String, List<Long>> tensors = own.tensors(common.hiddenSize());
    for (String vector : VECTORS) {
      List<Long> shape = tensors.get(vector);
      if (shape != null) {
        // F32, as all vectors.
        copy(index, layer, vector, GgufType.F32, shape);
      }
    }
  }

  private void addFfn(int index, GgufLayer.Channels ffn) {
    long hidden = common.hiddenSize();
    List<Long> in = List.of((long) ffn.channels(), hidden);
    GgufType down = mix.important(ffn.channels(), downBefore++, layerCount);
    switch (ffn) {
      case GgufLayer.Channels.Gated(int layer, int _) -> {
        copyNorm(index, layer, GatedFfn.NORM);
        copy(index, layer, GatedFfn.GATE, mix.usual(hidden), in);
        copy(index, layer, GatedFfn.UP, mix.usual(hidden), in);
        copy(index, layer, GatedFfn.DOWN, down, in.reversed());
      }
      case GgufLayer.Channels.Zero() -> {
        zeros(index, GatedFfn.NORM, GgufType.F32, List.of(hidden));
        zeros(index, GatedFfn.GATE, mix.usual(hidden), in);
        zeros(index, GatedFfn.UP, mix.usual(hidden), in);
        zeros(index, GatedFfn.DOWN, down, in.reversed());
      }
    }
  }

  private void copyNorm(int index, int layer, String suffix) {
    copyNorm(GgufNames.ofLayer(index, suffix), TensorNames.ofLayer(layer, suffix));
  }

  private void copy(int index, int layer, String suffix, GgufType type, List<Long> shape) {
    copy(GgufNames.ofLayer(index, suffix), TensorNames.ofLayer(layer, suffix), type, shape);
  }

  private void copy(String name, String source, List<Long> shape) {
    copy(name, source, mix.usual(shape.getLast()), shape);
  }

  private void copy(String name, String source, GgufType type, List<Long> shape) {
    boolean rotated = architecture.isInterleaved() && GgufNames.isRotated(source);
    file.add(
        name,
        type,
        shape,
        () -> {
          Tensor tensor = child.tensors().tensor(source);
          return rotated ? interleaved(tensor) : tensor;
        });
  }

  /** Norms are F32, as loaders require. */
  private void copyNorm(String name, String source) {
    file.add(
        name,
        GgufType.F32,
        List.of((long) common.hiddenSize()),
        () -> child.tensors().tensor(source));
  }

  /**
   * Rows of each head from half-split order (0, 1, .. | d/2, d/2+1, ..), which checkpoints have, to
   * pairs (0, d/2, 1, d/2+1, ..), which llama.cpp rotates.
   */
  private Tensor interleaved(Tensor tensor) {
    long rowBytes = tensor.data().byteSize() / tensor.shape().getFirst();
    MemorySegment data = allocate(tensor.data().byteSize());
    for (long row = 0; row < tensor.shape().get(0); row++) {
      long head = row / headDim;
      int within = (int) (row % headDim);
      long from = head * headDim + within / 2 + (within % 2) * (headDim / 2L);
      MemorySegment.copy(tensor.data(), from * rowBytes, data, row * rowBytes, rowBytes);
    }
    return new Tensor(tensor.type(), tensor.shape(), data);
  }

  private void zeros(int index, String suffix, GgufType type, List<Long> shape) {
    long bytes = TensorType.BF16.bytes() * shape.stream().reduce(1L, Math::multiplyExact);
    String name = GgufNames.ofLayer(index, suffix);
    file.add(name, type, shape, () -> new Tensor(TensorType.BF16, shape, allocate(bytes)));
  }

  private static MemorySegment allocate(long bytes) {
    return bytes <= Integer.MAX_VALUE - 8
        ? MemorySegment.ofArray(new byte[(int) bytes])
        : Arena.ofAuto().allocate(bytes);
  }
}
