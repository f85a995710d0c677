package io.github.puzzle4j.scoring.cost.kernel;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.annotation.JsonNaming;

/** Where coefficients come from, and how far they may be off. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
@JsonSubTypes({
  @JsonSubTypes.Type(value = Provenance.Fitted.class, name = "fitted"),
  @JsonSubTypes.Type(value = Provenance.Transferred.class, name = "transferred"),
  @JsonSubTypes.Type(value = Provenance.Measured.class, name = "measured"),
  @JsonSubTypes.Type(value = Provenance.Assumed.class, name = "assumed")
})
public sealed interface Provenance {

  /** Relative error that nine predictions in ten stay below. */
  double p90();

  /** One line for reports. */
  String summary();

  /**
   * Fitted to measured kernels.
   *
   * @param source the measurements and which of them
   * @param method how the coefficients were found
   * @param rows measurements that were fitted
   * @param heldOutRows measurements that the errors were taken on, each by a fit that had not seen
   *     it
   * @param median half of the held-out relative errors are smaller
   * @param mape mean of the held-out relative errors
   * @param p90 nine tenths of the held-out relative errors are smaller
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
   * Fitted on another target, and used here with this target's datasheet.
   *
   * @param from the target and the backend, such as {@code h100-sxm, vllm 0.24.0}
   * @param p90 a guess at the relative error that nine predictions in ten stay below: wider than
   *     where the coefficients were fitted
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
   * Measured on the target itself, not predicted.
   *
   * @param source the file
   * @param p90 how far two measurements of the same call lie apart in nine cases of ten
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
   * Taken from experience, not fitted.
   *
   * @param source why this value
   * @param p90 a guess at the relative error that nine predictions in ten stay below
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
