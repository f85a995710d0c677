package io.github.puzzle4j.scoring.cost;

import io.github.puzzle4j.scoring.cost.kernel.Positive;

/** A limit on a served model. */
public sealed interface ServingLimit {

  /** Minimum output tokens per second and GPU. */
  record Throughput(double tokensPerSecond) implements ServingLimit {

    public Throughput {
      Positive.require("tokensPerSecond", tokensPerSecond);
    }
  }

  /** Maximum seconds between two tokens of a request, including its share of prefill. */
  record TimePerOutputToken(double seconds) implements ServingLimit {

    public TimePerOutputToken {
      Positive.require("seconds", seconds);
    }
  }

  /** Maximum seconds until the first token of a request on an idle GPU. */
  record TimeToFirstToken(double seconds) implements ServingLimit {

    public TimeToFirstToken {
      Positive.require("seconds", seconds);
    }
  }

  /**
   * Maximum of a sum of whole numbers over the model.
   *
   * @param measure of which no part is a time
   */
  record Total(Measure measure, long most) implements ServingLimit {

    public Total {
      switch (measure) {
        case WEIGHT_BYTES, PARAMETERS, KV_BYTES_PER_TOKEN, ATTENTION_LAYERS -> {}
        case RUNTIME_SECONDS, FIRST_TOKEN_SECONDS, MEMORY_BYTES ->
            throw new IllegalArgumentException(
                "measure=%s has a limit of its own".formatted(measure));
      }
      if (most < 0) {
        throw new IllegalArgumentException("most=%d must not be negative".formatted(most));
      }
    }
  }

  /** Maximum bytes in total; the GPU's memory is a limit as well. */
  record Memory(long bytes) implements ServingLimit {

    public Memory {
      Positive.require("bytes", (double) bytes);
    }
  }
}
