package io.github.puzzle4j.search.plan;

import io.github.puzzle4j.blocklib.InvalidInputException;

/** A plan with the lines of the file that it was read from. */
public final class PlanFile {

  private final String source;
  private final SearchPlan plan;
  private final PlanTree written;

  PlanFile(String source, SearchPlan plan, PlanTree written) {
    this.source = source;
    this.plan = plan;
    this.written = written;
  }

  /** The plan with all defaults. */
  public SearchPlan plan() {
    return plan;
  }

  /** A complaint about a value with file and line: of its section, if the value is a default. */
  public InvalidInputException located(PlanValueException complaint) {
    return new InvalidInputException(
        "%s, line %d: %s".formatted(source, written.line(complaint.key()), complaint.getMessage()),
        complaint);
  }
}
