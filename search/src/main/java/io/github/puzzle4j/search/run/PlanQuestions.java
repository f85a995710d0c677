package io.github.puzzle4j.search.run;

import io.github.puzzle4j.blocklib.InvalidInputException;
import io.github.puzzle4j.blocklib.model.ModelFolder;
import io.github.puzzle4j.scoring.task.Questions;
import io.github.puzzle4j.scoring.task.TaskFile;
import io.github.puzzle4j.search.plan.PlanValueException;
import io.github.puzzle4j.search.plan.SearchPlan;
import java.io.IOException;

/** The questions of a plan in the teacher's tokens. */
final class PlanQuestions {

  private PlanQuestions() {}

  /**
   * Reads them; none if the plan names none.
   *
   * @throws PlanValueException if a file is missing, or a question cannot be asked
   */
  static Questions read(SearchPlan plan, ModelFolder teacher) throws IOException {
    try {
      return Questions.encode(
          TaskFile.read(plan.data().questions()),
          teacher.tokenizer(),
          teacher.model().common().longestContext());
    } catch (InvalidInputException wrong) {
      throw new PlanValueException(
          "data.questions", "data.questions: %s".formatted(wrong.getMessage()), wrong);
    }
  }
}
