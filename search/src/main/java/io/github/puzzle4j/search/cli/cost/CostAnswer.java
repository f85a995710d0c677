package io.github.puzzle4j.search.cli.cost;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.github.puzzle4j.scoring.cost.CostReport;
import io.github.puzzle4j.scoring.cost.LayerCost;
import io.github.puzzle4j.scoring.cost.ModelCost;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.annotation.JsonNaming;

/**
 * What {@code puzzle4j cost --json} prints.
 *
 * @param report of the model
 * @param tensorParallel GPUs that share it
 * @param layers first to last; bytes are those of one GPU
 * @param compare the second model, and how the first one stands to it; at most one
 */
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
record CostAnswer(
    @JsonUnwrapped CostReport report,
    int tensorParallel,
    List<Layer> layers,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) List<Comparison> compare) {

  /** One layer. */
  @JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
  record Layer(
      int layer,
      String variant,
      double prefillMs,
      double decodeMs,
      long weightBytes,
      long kvBytesPerToken) {}

  /**
   * A second model.
   *
   * @param speedUp the first model's throughput per GPU over the second one's
   * @param tpotRatio the first model's time per output token over the second one's
   * @param memoryRatio the first model's memory per GPU over the second one's
   */
  @JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
  record Comparison(
      @JsonUnwrapped CostReport report,
      int tensorParallel,
      double speedUp,
      double tpotRatio,
      double memoryRatio) {}

  static CostAnswer of(Pricing.Priced priced, Optional<Pricing.Priced> other) {
    ModelCost cost = priced.cost();
    return new CostAnswer(
        CostReport.of(cost),
        cost.scenario().tensorParallel(),
        layers(priced),
        other.stream().map(second -> comparison(cost, second.cost())).toList());
  }

  private static List<Layer> layers(Pricing.Priced priced) {
    List<Layer> layers = new ArrayList<>();
    for (LayerCost layer : priced.cost().layers()) {
      int index = layers.size();
      layers.add(
          new Layer(
              index,
              priced.architecture().blocks().get(index).id(),
              1e3 * layer.prefillSeconds(),
              1e3 * layer.decodeSeconds(),
              layer.weightBytes(),
              layer.kvBytesPerToken()));
    }
    return layers;
  }

  private static Comparison comparison(ModelCost cost, ModelCost second) {
    return new Comparison(
        CostReport.of(second),
        second.scenario().tensorParallel(),
        CostCommand.speedUp(cost, second),
        cost.timePerOutputTokenSeconds() / second.timePerOutputTokenSeconds(),
        (double) cost.memory().totalBytes() / second.memory().totalBytes());
  }
}
