package io.github.puzzle4j.search.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.puzzle4j.blocklib.InvalidInputException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Sweeps, and settings that replace values of a plan. */
class SweepReaderTest {

  private static final String PLAN =
      """
      schema: 1
      teacher: {path: model}
      targets:
        - gpu: h100-sxm
          throughput: 1.5x
        - gpu: b200-sxm
          scenario: {batch: [1, 8]}
      """;

  private static PlanDocument read(String text, String... settings) throws IOException {
    List<PlanSetting> parsed = new ArrayList<>();
    for (String setting : settings) {
      parsed.add(PlanSetting.parse("--set", setting));
    }
    return PlanReader.document("plan.yaml", Path.of("/plans"), text, parsed);
  }

  private static SearchPlan single(String... settings) throws IOException {
    return ((PlanFile) read(PLAN, settings)).plan();
  }

  private static SweepFile sweep(String sweep) throws IOException {
    return (SweepFile) read(PLAN + sweep);
  }

  private static List<String> values(SweepFile sweep) {
    return sweep.points().stream().map(point -> String.join(" ", point.values())).toList();
  }

  @Test
  void aSettingReplacesAValueOfThePlan() throws IOException {
    SearchPlan plan =
        single(
            "score.sequences=64",
            "targets[1].memory=40GiB",
            "targets.scenario.outputTokens = 7",
            "baselines=[greedy]",
            "score.metric={kl: 1, lm_loss: 0.1}",
            "score.sequences=32");

    assertThat(plan.score().sequences()).isEqualTo(32);
    assertThat(plan.score().metric().weights()).hasSize(2);
    assertThat(plan.targets().get(0).memory()).hasToString("none");
    assertThat(plan.targets().get(1).memory()).isEqualTo(new MemoryLimit.Bytes(40L << 30));
    assertThat(plan.targets().get(1).scenario().batch())
        .isEqualTo(new BatchSizes.Exactly(List.of(1, 8)));
    assertThat(plan.targets())
        .allSatisfy(target -> assertThat(target.scenario().outputTokens()).isEqualTo(7));
    assertThat(plan.baselines()).containsExactly(Baseline.GREEDY);
  }

  @Test
  void settingsMayNameTheTarget() throws IOException {
    SearchPlan plan =
        ((PlanFile)
                read("schema: 1\nteacher: {path: m}\n", "targets.gpu=l4", "targets.memory=0.5x"))
            .plan();

    assertThat(plan.targets())
        .singleElement()
        .satisfies(target -> assertThat(target.gpu()).isEqualTo("l4"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "score.sequences|--set score.sequences: must be a key of the plan and its value, such as"
            + " score.sequences=64",
        "score.sequences=many|--set score.sequences=many: score.sequences must be a whole number,"
            + " not 'many'",
        "score.sequences=1|--set score.sequences=1: score.sequences must be between 2 and"
            + " 16777216, not 1",
        "score.sequences=|--set score.sequences=: score.sequences has no value",
        "score.seqences=4|--set score.seqences=4: unknown key 'score.seqences'; did you mean"
            + " 'sequences'?",
        "score..x=4|--set score..x=4: 'score..x' is no key of a plan; write it as score.sequences"
            + " or targets[0].throughput",
        "schema.x=4|--set schema.x=4: schema is no section with keys of its own",
        "teacher[0]=4|--set teacher[0]=4: teacher is no list",
        "targets[2].memory=none|--set targets[2].memory=none: targets has 2 entries, of which the"
            + " first is targets[0]",
        "baselines[0]=greedy|--set baselines[0]=greedy: the plan has no list baselines",
        "targets.gpu=*x|--set targets.gpu=*x, line 1: anchors and aliases are not allowed in a"
            + " plan",
        "sweep=5|--set sweep=5: sweep must be keys of the plan with their values, such as"
            + " {targets.throughput: [1.2x, 1.4x]}",
      })
  void aWrongSettingIsNamedAsItWasWritten(String setting, String complaint) {
    assertThatThrownBy(() -> read(PLAN, setting))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage(complaint);
  }

  @Test
  void aSectionHasAllCombinations() throws IOException {
    SweepFile sweep =
        sweep(
            """
            sweep:
              targets.throughput: 1.2x to 1.6x by 0.2x
              distill.seed, data.seed: 1 to 2
              targets.scenario: [{inputTokens: 128, batch: [1]}]
            """);

    assertThat(sweep.axes())
        .extracting(SweepFile.Axis::heading)
        .containsExactly("throughput", "seed", "scenario");
    assertThat(values(sweep))
        .containsExactly(
            "1.2x 1 inputTokens 128, batch 1",
            "1.2x 2 inputTokens 128, batch 1",
            "1.4x 1 inputTokens 128, batch 1",
            "1.4x 2 inputTokens 128, batch 1",
            "1.6x 1 inputTokens 128, batch 1",
            "1.6x 2 inputTokens 128, batch 1");
    SearchPlan last = sweep.points().getLast().file().plan();
    assertThat(last.distill().seed()).isEqualTo(2);
    assertThat(last.data().seed()).isEqualTo(2);
    assertThat(last.targets())
        .allSatisfy(target -> {
          assertThat(target.throughput()).hasToString("1.6x");
          assertThat(target.scenario().inputTokens()).isEqualTo(128);
        });
    assertThat(sweep.points()).extracting(SweepFile.Point::name).doesNotHaveDuplicates();
  }

  @Test
  void aListHasGivenPoints() throws IOException {
    SweepFile sweep =
        sweep(
            """
            sweep:
              - {targets.throughput: 1.2x, score.sequences: 64 to 256 times 2}
              - {targets.memory: [50%]}
              - {targets.throughput: [1.2x], score.sequences: 64}
            """);

    assertThat(values(sweep)).containsExactly("1.2x 64 ", "1.2x 128 ", "1.2x 256 ", "  50%");
    assertThat(sweep.points().getLast().file().plan().targets().getFirst().throughput())
        .hasToString("1.5x");
  }

  @Test
  void namesDoNotDependOnOtherPointsOrOnTheOrderOfKeys() throws IOException {
    String name =
        sweep("sweep: {score.sequences: [8], targets.memory: [50%]}\n").points().getFirst().name();

    assertThat(name).matches("8_50-[0-9a-f]{6}");
    assertThat(sweep("sweep: {targets.memory: [40%, 50%], score.sequences: [4, 8]}\n").points())
        .extracting(SweepFile.Point::name)
        .hasSize(4)
        .contains(name);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{}|plan.yaml, line 8: sweep must be keys of the plan with their values, such as"
            + " {targets.throughput: [1.2x, 1.4x]}",
        "[]|plan.yaml, line 8: sweep has no points",
        "{targets.memory: []}|plan.yaml, line 8: sweep.targets.memory has no values",
        "{store: [a, b]}|plan.yaml, line 8: sweep.store is what all points share",
        "{data.cache: [run]}|plan.yaml, line 8: sweep.data.cache is what all points share",
        "{score.seed: [1]}|plan.yaml, line 8: unknown key 'score.seed'; there are confidence,"
            + " effort, granularity, metric, sequences",
        "{score.sequences: [4, 1]}|plan.yaml, line 8: score.sequences must be between 2 and"
            + " 16777216, not 1",
        "{score.sequences: 9 to 3}|plan.yaml, line 8: sweep.score.sequences must go up, as 1 to 3,"
            + " 10% to 40% by 10% or 64 to 512 times 2, not '9 to 3'",
        "{targets.memory: 10% to 40% by 1}|plan.yaml, line 8: sweep.targets.memory must have one"
            + " unit, not '10% to 40% by 1'",
        "{score.sequences: 2 to 90000}|plan.yaml, line 8: sweep.score.sequences must be at most"
            + " 1000 values, not more, as '2 to 90000'",
        "{score.sequences: 2 to 90, distill.seed: 1 to 90}|plan.yaml, line 8: sweep has more than"
            + " 1000 points",
      })
  void aWrongSweepIsRefusedWithItsLine(String sweep, String complaint) {
    assertThatThrownBy(() -> sweep("sweep: %s\n".formatted(sweep)))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage(complaint);
  }

  @Test
  void whatNeedsOnePlanRefusesASweep() {
    assertThatThrownBy(() ->
            PlanReader.parse(
                "plan.yaml", Path.of("/plans"), PLAN + "sweep: {distill.seed: 1 to 3}"))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageStartingWith("plan.yaml: is a sweep of 3 plans");
  }
}
