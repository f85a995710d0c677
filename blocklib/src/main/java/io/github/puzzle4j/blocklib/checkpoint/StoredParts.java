package io.github.puzzle4j.blocklib.checkpoint;

import io.github.puzzle4j.blocklib.InvalidInputException;
import io.github.puzzle4j.blocklib.arch.ExpertsFfn;
import io.github.puzzle4j.blocklib.arch.GatedFfn;
import io.github.puzzle4j.blocklib.arch.Layer;
import io.github.puzzle4j.blocklib.arch.LinearFfn;
import io.github.puzzle4j.blocklib.arch.Model;
import io.github.puzzle4j.blocklib.arch.NoFfn;
import io.github.puzzle4j.blocklib.arch.Subblock;
import io.github.puzzle4j.blocklib.arch.TensorNames;
import io.github.puzzle4j.blocklib.checkpoint.StoredFormat.Matrices;
import io.github.puzzle4j.blocklib.checkpoint.StoredFormat.PlainShare;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.TreeMap;

/** Which parts of a model's layers are stored in 16 bits though others are quantised. */
record StoredParts(Quantization quantization, Model model) {

  private static final String WEIGHT = ".weight";

  /** How the model is stored. */
  StoredFormat format() throws InvalidInputException {
    List<PlainShare> plain = new ArrayList<>();
    for (int i = 0; i < model.layers().size(); i++) {
      Layer layer = model.layers().get(i);
      plain.add(
          new PlainShare(share(i, matrices(layer.attention())), share(i, ffnMatrices(layer))));
    }
    boolean ignored = quantization.matrices() == Matrices.PLAIN || allQuantised(plain);
    return new StoredFormat(
        quantization.matrices(),
        quantization.cacheInFp8(),
        headIsQuantised(),
        ignored ? List.of() : plain,
        quantization.source());
  }

  private static boolean allQuantised(List<PlainShare> plain) {
    return plain.stream().allMatch(PlainShare.NONE::equals);
  }

  /** Methods that name their targets may quantise the head; the others never do. */
  private boolean headIsQuantised() throws InvalidInputException {
    String head = TensorNames.LM_HEAD.substring(0, TensorNames.LM_HEAD.length() - WEIGHT.length());
    return !model.common().tiedEmbeddings()
        && !quantization.targets().isEmpty()
        && quantization.quantises(head);
  }

  private double share(int layer, Map<String, Long> matrices) throws InvalidInputException {
    long all = 0;
    long plain = 0;
    for (Map.Entry<String, Long> matrix : matrices.entrySet()) {
      all += matrix.getValue();
      if (!quantization.quantises(TensorNames.ofLayer(layer, matrix.getKey()))) {
        plain += matrix.getValue();
      }
    }
    return all == 0 ? 0 : (double) plain / all;
  }

  private Map<String, Long> ffnMatrices(Layer layer) {
    return switch (layer.ffn()) {
      // All experts are stored alike.
      case ExpertsFfn _ ->
          Map.of(
              "mlp.experts.0.gate_proj",
              1L,
              "mlp.experts.0.up_proj",
              1L,
              "mlp.experts.0.down_proj",
              1L);
      case GatedFfn _, LinearFfn _, NoFfn _ -> matrices(layer.ffn());
    };
  }

  /** Elements of each matrix, by the name of its module within the layer. */
  private Map<String, Long> matrices(Subblock subblock) {
    SequencedMap<String, List<Long>> tensors = subblock.tensors(model.hiddenSize());
    Map<String, Long> matrices = new TreeMap<>();
    tensors.forEach((name, shape) -> {
      if (shape.size() == 2 && name.endsWith(WEIGHT)) {
        String module = name.substring(0, name.length() - WEIGHT.length());
        matrices.put(module, shape.getFirst() * shape.getLast());
      }
    });
    return matrices;
  }
}
