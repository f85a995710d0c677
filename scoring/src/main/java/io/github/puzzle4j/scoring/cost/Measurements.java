package io.github.puzzle4j.scoring.cost;

import io.github.puzzle4j.blocklib.arch.Attention;
import io.github.puzzle4j.blocklib.arch.ExpertsFfn;
import io.github.puzzle4j.blocklib.arch.Ffn;
import io.github.puzzle4j.blocklib.arch.GatedFfn;
import io.github.puzzle4j.blocklib.arch.LinearAttention;
import io.github.puzzle4j.blocklib.arch.LinearFfn;
import io.github.puzzle4j.blocklib.arch.NoAttention;
import io.github.puzzle4j.blocklib.arch.NoFfn;
import io.github.puzzle4j.blocklib.arch.SoftmaxAttention;
import io.github.puzzle4j.scoring.cost.kernel.Estimate;
import io.github.puzzle4j.scoring.cost.kernel.KernelTimes;
import io.github.puzzle4j.scoring.cost.table.SubblockTimes;
import io.github.puzzle4j.scoring.cost.table.SubblockTimes.Part;
import io.github.puzzle4j.scoring.cost.table.SubblockTimes.Shape;
import io.github.puzzle4j.scoring.cost.table.SubblockTimes.Work;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Measurements to use instead of predictions: those of whole subblocks take precedence over single
 * kernels.
 *
 * @param kernels measured kernels
 * @param subblocks measured subblocks, on the number of GPUs that they were measured on
 * @param sources the files, for reports
 */
public record Measurements(KernelTimes kernels, SubblockTimes subblocks, List<String> sources) {

  /** Nothing was measured. */
  public static final Measurements NONE =
      new Measurements(call -> Optional.empty(), (shape, work) -> Optional.empty(), List.of());

  public Measurements {
    sources = List.copyOf(sources);
  }

  /** Both; these take precedence where both have the shape. */
  public Measurements and(Measurements others) {
    return new Measurements(
        kernels.or(others.kernels),
        subblocks.or(others.subblocks),
        Stream.concat(sources.stream(), others.sources.stream()).toList());
  }

  /** The times of an attention subblock: measured where available, else predicted. */
  LayerCost over(LayerCost predicted, Attention attention, Scenario scenario) {
    return switch (attention) {
      case SoftmaxAttention own when !own.hasWindow() ->
          over(predicted, new Shape.Attention(own.heads().kvHeads()), scenario);
      case SoftmaxAttention _, LinearAttention _, NoAttention _ -> predicted;
    };
  }

  /** The times of an FFN subblock: measured where available, else predicted. */
  LayerCost over(LayerCost predicted, Ffn ffn, Scenario scenario) {
    return switch (ffn) {
      case GatedFfn(int channels) -> over(predicted, new Shape.Ffn(channels), scenario);
      case ExpertsFfn _, LinearFfn _, NoFfn _ -> predicted;
    };
  }

  private LayerCost over(LayerCost predicted, Shape shape, Scenario scenario) {
    Optional<Estimate> prefill = subblocks.of(shape, work(Part.PREFILL, scenario));
    Optional<Estimate> decode = subblocks.of(shape, work(Part.DECODE, scenario));
    double perStep = 1.0 / scenario.outputTokens();
    if (prefill.isPresent() || decode.isPresent()) {
      return withTimes(
          predicted,
          prefill.orElse(predicted.prefill()),
          decode.map(all -> all.times(perStep)).orElse(predicted.decode()));
    }
    // One number for both parts, divided in proportion to the prediction.
    double whole = Measure.RUNTIME_SECONDS.of(predicted, scenario);
    return subblocks
        .of(shape, work(Part.WHOLE, scenario))
        .map(all ->
            withTimes(
                predicted,
                all.times(predicted.prefillSeconds() / whole),
                all.times(predicted.decodeSeconds() / whole)))
        .orElse(predicted);
  }

  private static Work work(Part part, Scenario scenario) {
    return new Work(part, scenario.batch(), scenario.inputTokens(), scenario.outputTokens());
  }

  private static LayerCost withTimes(LayerCost cost, Estimate prefill, Estimate decode) {
    return new LayerCost(
        prefill,
        decode,
        cost.firstToken(),
        cost.weightBytes(),
        cost.kvBytesPerToken(),
        cost.kvBytesPerRequest(),
        cost.parameters(),
        cost.attentionLayers());
  }
}
