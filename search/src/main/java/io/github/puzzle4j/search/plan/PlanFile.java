package io.github.puzzle4j.search.plan;

import io.github.puzzle4j.blocklib.InvalidInputException;

/** A plan with the lines of the file that it was read from. */
public final class PlanFile implements PlanDocument {

  private final SearchPlan plan;
  private final PlanTree written;

  PlanFile(SearchPlan plan, PlanTree written) {
    this.plan = plan;
    this.written = written;
  }

  /** The plan with all defaults. */
  public SearchPlan plan() {
    return plan;
  }

  /**
   * A complaint about a value with file and line, or with the option that sets it: of its section,
   * if the value is a default.
   */
  public InvalidInputException located(PlanValueException complaint) {
    return new InvalidInputException(
        "%s: %s".formatted(written.place(complaint.key()), complaint.getMessage()), complaint);
  }
}
