package io.github.puzzle4j.scoring.cost;

import io.github.puzzle4j.scoring.cost.kernel.Positive;

/** What a served model has to reach. */
public sealed interface ServingLimit {

  /** At least so many output tokens per second and GPU. */
  record Throughput(double tokensPerSecond) implements ServingLimit {

    public Throughput {
      Positive.require("tokensPerSecond", tokensPerSecond);
    }
  }

  /** At most so many seconds between two tokens of a request, its share of prefill included. */
  record TimePerOutputToken(double seconds) implements ServingLimit {

    public TimePerOutputToken {
      Positive.require("seconds", seconds);
    }
  }

  /** At most so many seconds until the first token of a request that finds the GPU free. */
  record TimeToFirstToken(double seconds) implements ServingLimit {

    public TimeToFirstToken {
      Positive.require("seconds", seconds);
    }
  }

  /** At most so many bytes in all; the GPU's own memory limits as well. */
  record Memory(long bytes) implements ServingLimit {

    public Memory {
      Positive.require("bytes", (double) bytes);
    }
  }
}
