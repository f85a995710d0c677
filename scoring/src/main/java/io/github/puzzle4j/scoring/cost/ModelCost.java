package io.github.puzzle4j.scoring.cost;

import io.github.puzzle4j.scoring.cost.kernel.Estimate;
import java.util.List;

/**
 * Cost of serving a whole model in a scenario. Bytes are those of one GPU.
 *
 * @param scenario with the batch that was priced
 * @param fixed the part outside the layers
 * @param layers the layers, first to last
 * @param total the fixed part plus the layers in order
 * @param memory by part, at the scenario's batch
 * @param maxBatch maximum number of concurrent requests that fit; 0 if not even one does
 * @param provenance where the numbers come from
 */
public record ModelCost(
    Scenario scenario,
    FixedCost fixed,
    List<LayerCost> layers,
    LayerCost total,
    MemoryCost memory,
    int maxBatch,
    String provenance) {

  public ModelCost {
    layers = List.copyOf(layers);
  }

  static ModelCost of(
      Scenario scenario,
      Capacity capacity,
      FixedCost fixed,
      List<LayerCost> layers,
      String provenance) {
    LayerCost total = fixed.layerLike();
    for (LayerCost layer : layers) {
      total = total.plus(layer);
    }
    long kvBytesPerRequest = total.kvBytesPerRequest();
    MemoryCost memory =
        new MemoryCost(
            total.weightBytes(),
            scenario.batch() * kvBytesPerRequest,
            fixed.activationBytes(),
            fixed.reserveBytes());
    long room = capacity.usableMemoryBytes() - (memory.totalBytes() - memory.kvCacheBytes());
    int maxBatch = maxBatch(room, kvBytesPerRequest, capacity.maxSequences());
    return new ModelCost(scenario, fixed, layers, total, memory, maxBatch, provenance);
  }

  private static int maxBatch(long room, long kvBytesPerRequest, int maxSequences) {
    if (room < 0) {
      return 0;
    }
    return kvBytesPerRequest == 0
        ? maxSequences
        : (int) Math.min(maxSequences, room / kvBytesPerRequest);
  }

  /** A sum over the model, its fixed part included. */
  public double of(Measure measure) {
    double sum = measure.of(fixed, scenario);
    for (LayerCost layer : layers) {
      sum += measure.of(layer, scenario);
    }
    return sum;
  }

  /** Whether the scenario's batch fits. */
  public boolean fits() {
    return scenario.batch() <= maxBatch;
  }

  /** Seconds to serve the batch once, prefill and all output steps, with the error band. */
  public Estimate batchTime() {
    return total.prefill().plus(total.decode().times(scenario.outputTokens()));
  }

  /** Output tokens per second and GPU. */
  public double throughputTokensPerSecond() {
    return scenario.outputTokensOfBatch() / batchTime().seconds() / scenario.tensorParallel();
  }

  /** Seconds between two tokens of a request, including its share of prefill. */
  public double timePerOutputTokenSeconds() {
    return batchTime().seconds() / scenario.outputTokens();
  }

  /** Seconds to the first token of a request on an idle GPU; low confidence. */
  public double timeToFirstTokenSeconds() {
    return total.firstToken().seconds();
  }

  /** Relative error of throughput and time per output token, 90th percentile. */
  public double p90Error() {
    return batchTime().p90Error();
  }
}
