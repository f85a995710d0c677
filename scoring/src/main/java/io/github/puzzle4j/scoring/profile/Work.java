package io.github.puzzle4j.scoring.profile;

import io.github.puzzle4j.blocklib.InvalidInputException;
import io.github.puzzle4j.blocklib.arch.Architecture;
import io.github.puzzle4j.blocklib.arch.ModelConfig;
import io.github.puzzle4j.blocklib.arch.attention.AttentionVariant;
import io.github.puzzle4j.blocklib.arch.ffn.FfnVariant;
import io.github.puzzle4j.scoring.cost.CostModel;
import io.github.puzzle4j.scoring.cost.LayerCost;
import io.github.puzzle4j.scoring.cost.Scenario;
import io.github.puzzle4j.scoring.cost.target.GpuTarget;

/** What is timed on a machine, and what the cost model says of the same. */
public sealed interface Work {

  /** The conditions: of a prompt only its length counts. */
  Scenario scenario();

  /** Which of the two passes. */
  Phase phase();

  /** The cost model's prediction with the coefficients of one backend. */
  LayerCost cost(CostModel model);

  /** The shape of the model that it is, or that it is a part of. */
  ModelConfig config();

  /** Seconds that the cost model predicts with the coefficients of one backend. */
  default double predictedSeconds(GpuTarget target, String backend) throws InvalidInputException {
    LayerCost cost = cost(CostModel.of(config(), target, backend));
    return switch (phase()) {
      case PROMPT -> cost.firstToken().seconds();
      case TOKEN -> cost.decode().seconds();
    };
  }

  /** A pass of a model. */
  enum Phase {
    /** One prompt is read. */
    PROMPT,
    /** One further token of each request is made. */
    TOKEN
  }

  /** A whole model. */
  record Model(Architecture architecture, Scenario scenario, Phase phase) implements Work {

    @Override
    public ModelConfig config() {
      return architecture.config();
    }

    @Override
    public LayerCost cost(CostModel model) {
      return model.price(architecture, scenario).total();
    }
  }

  /** One attention subblock. */
  record Attention(ModelConfig config, AttentionVariant variant, Scenario scenario, Phase phase)
      implements Work {

    @Override
    public LayerCost cost(CostModel model) {
      return model.attention(variant, scenario);
    }
  }

  /** One FFN subblock. */
  record Ffn(ModelConfig config, FfnVariant variant, Scenario scenario, Phase phase)
      implements Work {

    @Override
    public LayerCost cost(CostModel model) {
      return model.ffn(variant, scenario);
    }
  }
}
