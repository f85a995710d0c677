package io.github.puzzle4j.blocklib.arch;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;

/**
 * A mixture of experts: gated FFNs, of which a router selects some for each token. It can be
 * described and priced, not computed. With tensor parallelism, the channels of each expert are
 * divided; the router is replicated.
 *
 * @param count experts to choose from
 * @param perToken experts that work on each token
 * @param channels of one expert
 * @param sharedChannels of an expert that works on every token; 0 without one
 * @param kept the teacher's experts that are kept, counted from 0, in order; empty for all of them,
 *     and if they are not chosen yet
 */
public record ExpertsFfn(
    int count, int perToken, int channels, int sharedChannels, List<Integer> kept) implements Ffn {

  public ExpertsFfn {
    if (count < 1 || perToken < 1 || perToken > count || channels < 1 || sharedChannels < 0) {
      throw new IllegalArgumentException(
          "experts: count=%d, perToken=%d, channels=%d, sharedChannels=%d; need 1 <= perToken <= count and channels >= 1"
              .formatted(count, perToken, channels, sharedChannels));
    }
    kept = List.copyOf(kept);
    if (!kept.isEmpty() && (kept.size() != count || new HashSet<>(kept).size() != count)) {
      throw new IllegalArgumentException(
          "experts: kept=%s must be %d different ones".formatted(kept, count));
    }
  }

  /** All experts of a model. */
  public ExpertsFfn(int count, int perToken, int channels, int sharedChannels) {
    this(count, perToken, channels, sharedChannels, List.of());
  }

  /** Fewer experts of the same width, with the same number per token. */
  public ExpertsFfn withCount(int fewer) {
    return new ExpertsFfn(fewer, perToken, channels, sharedChannels);
  }

  @Override
  public String id() {
    return "experts_" + count;
  }

  @Override
  public int channelsPerToken() {
    return Math.multiplyExact(perToken, channels);
  }

  @Override
  public long matrixParameters(int hiddenSize, int gpus) {
    return 3L
        * hiddenSize
        * (GatedFfn.share(sharedChannels, gpus) + (long) count * GatedFfn.share(channels, gpus));
  }

  /** The norm and the router. */
  @Override
  public long otherParameters(int hiddenSize, int gpus) {
    return hiddenSize + (long) hiddenSize * count;
  }

  @Override
  public List<Operation> operations(int hiddenSize, int gpus) {
    List<Operation> operations = new ArrayList<>();
    operations.add(new Operation.Elementwise(4L * hiddenSize));
    if (sharedChannels > 0) {
      operations.addAll(GatedFfn.products(hiddenSize, GatedFfn.share(sharedChannels, gpus)));
    }
    operations.add(new Operation.Gemm(hiddenSize, count));
    operations.add(
        new Operation.Experts(hiddenSize, GatedFfn.share(channels, gpus), perToken, count));
    if (gpus > 1) {
      operations.add(new Operation.AllReduce(hiddenSize));
    }
    return List.copyOf(operations);
  }

  @Override
  public Optional<String> objection(int gpus) {
    return GatedFfn.objection(sharedChannels, gpus).or(() -> GatedFfn.objection(channels, gpus));
  }

  @Override
  public SequencedMap<String, List<Long>> tensors(int hiddenSize) {
    throw new IllegalArgumentException("%s has no weights here".formatted(id()));
  }

  @Override
  public Optional<String> objectionToComputing() {
    return Optional.of("%d experts per layer can be priced, not computed".formatted(count));
  }

  @Override
  public Optional<String> objectionToBecoming(Ffn other) {
    return switch (other) {
      case ExpertsFfn experts -> isAmong(experts) ? Optional.empty() : otherExperts(other);
      case GatedFfn _ -> otherExperts(other);
      case LinearFfn _, NoFfn _ -> Optional.empty();
    };
  }

  private boolean isAmong(ExpertsFfn fewer) {
    return fewer.count >= perToken
        && fewer.count <= count
        && fewer.perToken == perToken
        && fewer.channels == channels
        && fewer.sharedChannels == sharedChannels;
  }

  private Optional<String> otherExperts(Ffn other) {
    return Optional.of(
        "%s: the teacher has %d experts, of which %d work on a token"
            .formatted(other.id(), count, perToken));
  }
}
