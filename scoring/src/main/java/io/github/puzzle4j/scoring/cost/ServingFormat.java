package io.github.puzzle4j.scoring.cost;

import io.github.puzzle4j.blocklib.checkpoint.StoredFormat;
import io.github.puzzle4j.blocklib.checkpoint.StoredFormat.PlainShare;
import io.github.puzzle4j.scoring.cost.kernel.MatrixType;
import io.github.puzzle4j.scoring.cost.kernel.NumberFormat;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Number formats of a served model. Embedding, norms, biases and routers are never quantised: they
 * stay in the format of the activations, as does the LM head unless the checkpoint stores it
 * otherwise.
 *
 * @param weights format of the layers' matrices and their products
 * @param cache format of keys and values
 * @param quantisedHead whether the LM head is stored like the layers' matrices
 * @param plain the share of a layer's matrices that stay in the format of the activations: of each
 *     layer, of all if there is one entry, none without entries
 */
public record ServingFormat(
    MatrixType weights, NumberFormat cache, boolean quantisedHead, List<PlainShare> plain) {

  /** Everything in bf16. */
  public static final ServingFormat BF16 = new ServingFormat(MatrixType.BF16, NumberFormat.BF16);

  /** Subblocks of which more stays plain than this are multiplied in the format of activations. */
  private static final double MOSTLY = 0.5;

  public ServingFormat {
    plain = List.copyOf(plain);
  }

  /** All matrices of the layers in one format, and the LM head in that of the activations. */
  public ServingFormat(MatrixType weights, NumberFormat cache) {
    this(weights, cache, false, List.of());
  }

  /** The format in which engines serve a checkpoint without being told another. */
  public static ServingFormat of(StoredFormat stored) {
    MatrixType weights =
        switch (stored.matrices()) {
          case PLAIN -> MatrixType.BF16;
          case FP8 -> MatrixType.FP8;
          case FP8_STATIC -> MatrixType.FP8_STATIC;
          case FP8_BLOCK -> MatrixType.FP8_BLOCK;
          case NVFP4 -> MatrixType.NVFP4;
        };
    NumberFormat cache = stored.cacheInFp8() ? NumberFormat.FP8 : NumberFormat.BF16;
    return new ServingFormat(weights, cache, stored.headStored(), stored.plain());
  }

  /** The same weights with another KV cache. */
  public ServingFormat withCache(NumberFormat other) {
    return new ServingFormat(weights, other, quantisedHead, plain);
  }

  private ServingFormat withPlain(PlainShare share) {
    List<PlainShare> shares = share.equals(PlainShare.NONE) ? List.of() : List.of(share);
    return new ServingFormat(weights, cache, quantisedHead, shares);
  }

  /** The format of one layer, counted from 0. */
  ServingFormat ofLayer(int layer) {
    return plain.size() < 2 ? this : withPlain(plain.get(layer));
  }

  /** The format of most layers, for prices that do not depend on the layer. */
  public ServingFormat ofMostLayers() {
    if (plain.size() < 2) {
      return this;
    }
    Map<PlainShare, Long> counts =
        plain.stream().collect(Collectors.groupingBy(Function.identity(), Collectors.counting()));
    return withPlain(
        plain.stream().max(Comparator.comparingLong(counts::get)).orElse(PlainShare.NONE));
  }

  /** The share of a layer's attention and FFN that stays plain, in most layers. */
  PlainShare plainShare() {
    List<PlainShare> most = ofMostLayers().plain;
    return most.isEmpty() ? PlainShare.NONE : most.getFirst();
  }

  /** The format of the products of a subblock of which this share stays plain. */
  ServingFormat ofProducts(double plainShare) {
    return plainShare > MOSTLY ? new ServingFormat(head(), cache) : this;
  }

  /** Format of activations and of weights that are not quantised. */
  NumberFormat activations() {
    return weights == MatrixType.FP32 ? NumberFormat.FP32 : NumberFormat.BF16;
  }

  /** Type of the LM head's product. */
  MatrixType head() {
    return weights == MatrixType.FP32 ? MatrixType.FP32 : MatrixType.BF16;
  }

  /** Bytes of the elements of matrices, of which a share stays plain, and of all other elements. */
  long weightBytes(long matrixNumbers, double plainShare, long otherNumbers) {
    long plainNumbers = Math.round(matrixNumbers * plainShare);
    return (long) Math.ceil((matrixNumbers - plainNumbers) * weights.format().bytes())
        + (long) ((otherNumbers + plainNumbers) * activations().bytes());
  }

  /** For display, such as {@code fp8 weights, bf16 KV cache}. */
  @Override
  public String toString() {
    return "%s weights%s, %s KV cache"
        .formatted(weights.id(), plain.isEmpty() ? "" : " (not all)", cache.id());
  }
}
