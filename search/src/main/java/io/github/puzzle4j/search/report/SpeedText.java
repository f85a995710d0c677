package io.github.puzzle4j.search.report;

import io.github.puzzle4j.search.report.TargetReport.ServedSpeed;

/** How fast a child was served, in one sentence. */
final class SpeedText {

  private SpeedText() {}

  static String of(ServedSpeed served) {
    return "%s, batch %d: %s as fast as the teacher (%s predicted); prompts %s (%s), tokens %s (%s); %s and %s tokens/s"
        .formatted(
            served.engine(),
            served.batch(),
            times(served.measuredSpeedup()),
            times(served.predictedSpeedup()),
            times(
                served.measuredTeacher().promptSeconds() / served.measuredChild().promptSeconds()),
            times(
                served.predictedTeacher().promptSeconds()
                    / served.predictedChild().promptSeconds()),
            times(served.measuredTeacher().tokenSeconds() / served.measuredChild().tokenSeconds()),
            times(
                served.predictedTeacher().tokenSeconds() / served.predictedChild().tokenSeconds()),
            Numbers.significant(served.measuredChild().tokensPerSecond()),
            Numbers.significant(served.measuredTeacher().tokensPerSecond()));
  }

  private static String times(double ratio) {
    return Numbers.fixed(ratio, 2) + "x";
  }
}
