package io.github.puzzle4j.blocklib.library;

import static io.github.puzzle4j.blocklib.checkpoint.TensorType.BF16;
import static io.github.puzzle4j.blocklib.checkpoint.TensorType.F32;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.puzzle4j.blocklib.arch.Attention;
import io.github.puzzle4j.blocklib.arch.AttentionShape;
import io.github.puzzle4j.blocklib.arch.Ffn;
import io.github.puzzle4j.blocklib.arch.GatedFfn;
import io.github.puzzle4j.blocklib.arch.Layer;
import io.github.puzzle4j.blocklib.arch.LayerOptions;
import io.github.puzzle4j.blocklib.arch.LinearAttention;
import io.github.puzzle4j.blocklib.arch.LinearFfn;
import io.github.puzzle4j.blocklib.arch.Model;
import io.github.puzzle4j.blocklib.arch.NoAttention;
import io.github.puzzle4j.blocklib.arch.Replacement;
import io.github.puzzle4j.blocklib.arch.SearchSpace;
import io.github.puzzle4j.blocklib.arch.SoftmaxAttention;
import io.github.puzzle4j.blocklib.arch.Span;
import io.github.puzzle4j.blocklib.task.Task;
import io.github.puzzle4j.blocklib.task.TaskKey;
import io.github.puzzle4j.blocklib.task.TaskStore;
import io.github.puzzle4j.blocklib.task.TaskVersions;
import io.github.puzzle4j.blocklib.tensor.Precision;
import io.github.puzzle4j.blocklib.train.TinyModel;
import io.github.puzzle4j.blocklib.train.TrainingSettings.EarlyStop;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class LibraryPlanTest {

  private static final SoftmaxAttention FULL = SoftmaxAttention.plain(new AttentionShape(4, 4, 8));
  private static final Layer OWN = TinyModel.LAYER.with(FULL);
  private static final Model TEACHER = TinyModel.model(OWN, OWN, OWN);
  private static final SearchSpace SPACE =
      SearchSpace.uniform(
          TEACHER,
          List.of(FULL.withKvHeads(2), new LinearAttention()),
          List.of(new GatedFfn(9), new GatedFfn(4)));
  private static final LibraryInputs INPUTS = TinyDistillation.inputs(2, BF16);

  private final TaskStore store = new TaskStore(Path.of("nowhere"));

  @Test
  void separateVariantsAreTrainedAloneWithTheTeachersOtherHalf() {
    LibraryPlan plan = plan(SPACE, Distillation.Pairing.DECOUPLED, Distillation.Form.SEPARATE);
    assertThat(names(plan, 1))
        .containsExactly(
            "ATTENTION [L1/gqa_2+ffn_20]",
            "ATTENTION [L1/linear+ffn_20]",
            "FFN [L1/gqa_4+ffn_9]",
            "FFN [L1/gqa_4+ffn_4]");
    assertThat(plan.trainings().stream().mapToInt(train -> train.replacements().size()).sum())
        .isEqualTo(3 * 4);
    assertThat(plan.tasks()).hasSize(3 * (1 + 4));
    assertThat(plan.tasks().getFirst()).isEqualTo(new RankChannels(INPUTS, 0));
  }

  @Test
  void elasticVariantsThatShareWeightsAreTrainedAsOne() {
    SearchSpace space =
        SearchSpace.uniform(
            TEACHER,
            List.of(
                FULL.withKvHeads(2),
                FULL.withWindow(3),
                FULL.withKvHeads(1).withWindow(3),
                new LinearAttention()),
            List.of(new LinearFfn(), new GatedFfn(9), new GatedFfn(4)));
    LibraryPlan plan = plan(space, Distillation.Pairing.DECOUPLED, Distillation.Form.ELASTIC);
    assertThat(names(plan, 0))
        .containsExactly(
            "ATTENTION [L0/gqa_2+ffn_20, L0/gqa_1_window_3+ffn_20]",
            "ATTENTION [L0/gqa_4_window_3+ffn_20]",
            "ATTENTION [L0/linear+ffn_20]",
            "FFN [L0/gqa_4+linear]",
            "FFN [L0/gqa_4+ffn_9, L0/gqa_4+ffn_4]");
  }

  @Test
  void pairsAreTrainedBehindTheirHalvesWhichTheyRead() {
    LibraryPlan plan = plan(SPACE, Distillation.Pairing.COUPLED, Distillation.Form.SEPARATE);
    assertThat(names(plan, 2))
        .hasSize(4 + 4)
        .endsWith(
            "BLOCK [L2/gqa_2+ffn_9]",
            "BLOCK [L2/gqa_2+ffn_4]",
            "BLOCK [L2/linear+ffn_9]",
            "BLOCK [L2/linear+ffn_4]");
    Replacement attention = Replacement.of(2, OWN.with(FULL.withKvHeads(2)));
    Replacement ffn = Replacement.of(2, OWN.with(new GatedFfn(4)));
    Replacement pair = Replacement.of(2, new Layer(FULL.withKvHeads(2), new GatedFfn(4)));
    assertThat(plan.training(pair).orElseThrow().reads())
        .containsExactly(key(plan, attention).digest(), key(plan, ffn).digest());
    assertThat(plan.reads(pair))
        .containsExactly(
            key(plan, attention).digest(), key(plan, ffn).digest(), key(plan, pair).digest());
  }

  @Test
  void aReplacementReadsTheTrainingsOfItsHalvesAndTheTeachersOwnNone() {
    LibraryPlan plan = plan(SPACE, Distillation.Pairing.DECOUPLED, Distillation.Form.SEPARATE);
    Replacement attention = Replacement.of(2, OWN.with(FULL.withKvHeads(2)));
    Replacement ffn = Replacement.of(2, OWN.with(new GatedFfn(4)));
    Replacement pair = Replacement.of(2, new Layer(FULL.withKvHeads(2), new GatedFfn(4)));
    assertThat(plan.reads(Replacement.of(2, OWN))).isEmpty();
    assertThat(plan.reads(attention)).containsExactly(key(plan, attention).digest());
    assertThat(plan.reads(pair))
        .containsExactly(key(plan, attention).digest(), key(plan, ffn).digest());
    assertThat(plan.reads(Replacement.of(2, new Layer(new NoAttention(), new GatedFfn(4)))))
        .containsExactly(key(plan, ffn).digest());
    assertThat(plan.training(pair)).isEmpty();
  }

  @Test
  void replacementsOfSpansAreTrainedAtTheirLastLayer() {
    Replacement wide = new Replacement(new Span(0, 1), List.of(OWN));
    Replacement narrow = new Replacement(new Span(0, 2), List.of(OWN, OWN.with(new GatedFfn(3))));
    SearchSpace space = withWider(List.of(wide, narrow));
    LibraryPlan plan = plan(space, Distillation.Pairing.COUPLED, Distillation.Form.ELASTIC);
    assertThat(names(plan, 0)).isEmpty();
    assertThat(names(plan, 1)).containsExactly("BLOCK [L0-1/gqa_4+ffn_20]");
    assertThat(names(plan, 2)).containsExactly("BLOCK [L0-2/gqa_4+ffn_20 | gqa_4+ffn_3]");
    assertThat(plan.reads(wide)).containsExactly(key(plan, wide).digest());
  }

  /** Only where channels are picked, those of the span's last layer are ranked. */
  @Test
  void channelsAreRankedWhereSomethingIsMadeFromThem() {
    Replacement wide = new Replacement(new Span(0, 1), List.of(OWN));
    Replacement narrow = new Replacement(new Span(1, 2), List.of(OWN.with(new GatedFfn(3))));
    LibraryPlan plan =
        plan(
            withWider(List.of(wide, narrow)),
            Distillation.Pairing.DECOUPLED,
            Distillation.Form.SEPARATE);
    assertThat(plan.ranking(0)).isEmpty();
    assertThat(plan.ranking(1)).isEmpty();
    RankChannels ranking = plan.ranking(2).orElseThrow();
    assertThat(plan.training(wide).orElseThrow().reads()).isEmpty();
    assertThat(plan.training(narrow).orElseThrow().reads())
        .containsExactly(store.key(ranking).digest());
  }

  /** So that a search that adds options trains these alone. */
  @Test
  void theTasksOfASmallerSpaceAreAmongThoseOfALargerOne() {
    SearchSpace small =
        SearchSpace.uniform(TEACHER, List.<Attention>of(), List.<Ffn>of(new GatedFfn(4)));
    for (Distillation.Pairing pairing : Distillation.Pairing.values()) {
      LibraryPlan larger = plan(SPACE, pairing, Distillation.Form.SEPARATE);
      assertThat(keys(larger)).containsAll(keys(plan(small, pairing, Distillation.Form.SEPARATE)));
    }
  }

  @Test
  void everyInputAndSettingChangesEveryTraining() {
    Distillation settings = TinyDistillation.settings(1);
    LibraryPlan plan = new LibraryPlan(SPACE, INPUTS, settings, store);
    for (LibraryInputs other :
        List.of(
            new LibraryInputs("x", "batches", 2, Precision.FLOAT32, BF16, F32, Fit.NONE),
            new LibraryInputs("teacher", "x", 2, Precision.FLOAT32, BF16, F32, Fit.NONE),
            new LibraryInputs("teacher", "batches", 3, Precision.FLOAT32, BF16, F32, Fit.NONE),
            new LibraryInputs("teacher", "batches", 2, Precision.BFLOAT16, BF16, F32, Fit.NONE),
            new LibraryInputs("teacher", "batches", 2, Precision.FLOAT32, F32, F32, Fit.NONE),
            new LibraryInputs("teacher", "batches", 2, Precision.FLOAT32, BF16, BF16, Fit.NONE),
            new LibraryInputs(
                "teacher", "batches", 2, Precision.FLOAT32, BF16, F32, Fit.LEAST_SQUARES))) {
      assertThat(keys(new LibraryPlan(SPACE, other, settings, store)))
          .as(other.toString())
          .doesNotContainAnyElementsOf(keys(plan));
    }
    LibraryPlan seeded = new LibraryPlan(SPACE, INPUTS, TinyDistillation.settings(2), store);
    assertThat(trainingKeys(seeded)).doesNotContainAnyElementsOf(trainingKeys(plan));
    assertThat(seeded.ranking(0)).isEqualTo(plan.ranking(0));
  }

  /** A training begins with the channels that rank first. */
  @Test
  void anotherVersionOfTheRankingChangesTheTrainingsOfPrunedFfns() {
    TaskStore raised =
        new TaskStore(Path.of("nowhere"), TaskVersions.current().with(Task.Kind.RANK, 99));
    LibraryPlan plan = new LibraryPlan(SPACE, INPUTS, TinyDistillation.settings(1), store);
    LibraryPlan other = new LibraryPlan(SPACE, INPUTS, TinyDistillation.settings(1), raised);
    Replacement ffn = Replacement.of(0, OWN.with(new GatedFfn(4)));
    Replacement attention = Replacement.of(0, OWN.with(FULL.withKvHeads(2)));
    assertThat(other.reads(ffn)).isNotEqualTo(plan.reads(ffn));
    assertThat(other.reads(attention)).isEqualTo(plan.reads(attention));
  }

  private static SearchSpace withWider(List<Replacement> wider) {
    LayerOptions none = new LayerOptions(OWN, List.of(), List.of());
    return new SearchSpace(TEACHER, Collections.nCopies(3, none), wider);
  }

  private LibraryPlan plan(
      SearchSpace space, Distillation.Pairing pairing, Distillation.Form form) {
    Distillation settings = TinyDistillation.settings(4, pairing, form, EarlyStop.never(), 100);
    return new LibraryPlan(space, INPUTS, settings, store);
  }

  private TaskKey key(LibraryPlan plan, Replacement replacement) {
    return store.key(plan.training(replacement).orElseThrow());
  }

  private List<TaskKey> keys(LibraryPlan plan) {
    return plan.tasks().stream().map(store::key).toList();
  }

  private List<TaskKey> trainingKeys(LibraryPlan plan) {
    return plan.trainings().stream().map(store::key).toList();
  }

  private static List<String> names(LibraryPlan plan, int layer) {
    return plan.trainings(layer).stream()
        .map(train ->
            "%s %s"
                .formatted(
                    train.part(), train.replacements().stream().map(Replacement::id).toList()))
        .toList();
  }
}
