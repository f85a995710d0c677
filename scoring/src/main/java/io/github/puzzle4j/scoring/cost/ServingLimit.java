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

  /** Maximum bytes in total; the GPU's memory is a limit as well. */
  record Memory(long bytes) implements ServingLimit {

    public Memory {
      Positive.require("bytes", (double) bytes);
    }
  }
}
