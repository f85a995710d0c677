package io.github.puzzle4j.scoring.profile;

import io.github.puzzle4j.blocklib.InvalidInputException;
import io.github.puzzle4j.blocklib.arch.Attention;
import io.github.puzzle4j.blocklib.arch.Ffn;
import io.github.puzzle4j.blocklib.arch.Model;
import io.github.puzzle4j.scoring.cost.CostModel;
import io.github.puzzle4j.scoring.cost.LayerCost;
import io.github.puzzle4j.scoring.cost.Scenario;
import io.github.puzzle4j.scoring.cost.target.GpuTarget;

/** A piece of work that is timed on a machine and predicted by the cost model. */
public sealed interface Work {

  /** The scenario; of a prompt only its length matters. */
  Scenario scenario();

  /** Which of the two passes. */
  Phase phase();

  /** The cost model's prediction with the coefficients of one backend. */
  LayerCost cost(CostModel costs);

  /** The model, or the model that it is a part of. */
  Model model();

  /** Seconds that the cost model predicts with the coefficients of one backend. */
  default double predictedSeconds(GpuTarget target, String backend) throws InvalidInputException {
    LayerCost cost = cost(CostModel.of(model(), target, backend));
    return switch (phase()) {
      case PROMPT -> cost.firstToken().seconds();
      case TOKEN -> cost.decode().seconds();
    };
  }

  /** A pass of a model. */
  enum Phase {
    /** Prefill of one prompt. */
    PROMPT,
    /** One decoding step of each request. */
    TOKEN
  }

  /** A whole model. */
  record OfModel(Model model, Scenario scenario, Phase phase) implements Work {

    @Override
    public LayerCost cost(CostModel costs) {
      return costs.price(model, scenario).total();
    }
  }

  /** One attention subblock. */
  record OfAttention(Model model, Attention attention, Scenario scenario, Phase phase)
      implements Work {

    @Override
    public LayerCost cost(CostModel costs) {
      return costs.attention(attention, scenario);
    }
  }

  /** One FFN subblock. */
  record OfFfn(Model model, Ffn ffn, Scenario scenario, Phase phase) implements Work {

    @Override
    public LayerCost cost(CostModel costs) {
      return costs.ffn(ffn, scenario);
    }
  }
}
