package io.github.puzzle4j.scoring.cost.kernel;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.annotation.JsonNaming;

/** Source of coefficients, and their error. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
@JsonSubTypes({
  @JsonSubTypes.Type(value = Provenance.Fitted.class, name = "fitted"),
  @JsonSubTypes.Type(value = Provenance.Transferred.class, name = "transferred"),
  @JsonSubTypes.Type(value = Provenance.Measured.class, name = "measured"),
  @JsonSubTypes.Type(value = Provenance.Assumed.class, name = "assumed")
})
public sealed interface Provenance {

  /** Relative error that nine in ten predictions stay below. */
  double p90();

  /** One line for reports. */
  String summary();

  /**
   * Fitted to measured kernels.
   *
   * @param source the measurements
   * @param method of the fit
   * @param rows number of measurements fitted
   * @param heldOutRows number of measurements that the errors were computed on, each predicted by a
   *     fit without it
   * @param median of the held-out relative errors
   * @param mape mean of the held-out relative errors
   * @param p90 90 % quantile of the held-out relative errors
   */
  @JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
  record Fitted(
      String source,
      String method,
      int rows,
      int heldOutRows,
      double median,
      double mape,
      double p90)
      implements Provenance {

    public Fitted {
      Positive.require("rows", rows);
      Positive.require("held_out_rows", heldOutRows);
      Positive.require("median", median);
      Positive.require("mape", mape);
      Positive.require("p90", p90);
    }

    @Override
    public String summary() {
      return "fitted to %d rows of %s; on %d held-out rows median error %.1f %%, P90 %.1f %%"
          .formatted(rows, source, heldOutRows, 100 * median, 100 * p90);
    }
  }

  /**
   * Fitted on another target, and used with this target's datasheet.
   *
   * @param from target and backend, for example {@code h100-sxm, vllm 0.24.0}
   * @param p90 estimated relative error that nine in ten predictions stay below: larger than on the
   *     original target
   */
  record Transferred(String from, double p90) implements Provenance {

    public Transferred {
      Positive.require("p90", p90);
    }

    @Override
    public String summary() {
      return "transferred from %s, not measured here; P90 guessed at %.1f %%"
          .formatted(from, 100 * p90);
    }
  }

  /**
   * Measured on the target itself.
   *
   * @param source the file
   * @param p90 relative difference that nine in ten pairs of measurements of the same call stay
   *     below
   */
  record Measured(String source, double p90) implements Provenance {

    public Measured {
      Positive.requireNotNegative("p90", p90);
    }

    @Override
    public String summary() {
      return "measured: " + source;
    }
  }

  /**
   * Assumed from experience.
   *
   * @param source reason for the value
   * @param p90 estimated relative error that nine in ten predictions stay below
   */
  record Assumed(String source, double p90) implements Provenance {

    public Assumed {
      Positive.require("p90", p90);
    }

    @Override
    public String summary() {
      return "assumed: " + source;
    }
  }
}
