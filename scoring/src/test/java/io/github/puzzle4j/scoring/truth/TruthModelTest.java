package io.github.puzzle4j.scoring.truth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.puzzle4j.blocklib.arch.Child;
import io.github.puzzle4j.blocklib.arch.Replacement;
import io.github.puzzle4j.blocklib.arch.Span;
import io.github.puzzle4j.scoring.quality.Metric;
import io.github.puzzle4j.scoring.quality.ReplacementScore;
import io.github.puzzle4j.scoring.quality.ScoreObjective;
import io.github.puzzle4j.scoring.quality.ScoreTable;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class TruthModelTest {

  private static final JsonMapper MAPPER = JsonMapper.builder().build();
  private static final double PRECISION = 1e-6;

  /** Written by {@code golden_truth.py}. */
  static JsonNode golden() throws IOException {
    try (InputStream file =
        Objects.requireNonNull(TruthModelTest.class.getResourceAsStream("truth.json"))) {
      return MAPPER.readTree(file);
    }
  }

  static double[] doubles(JsonNode list) {
    return StreamSupport.stream(list.spliterator(), false)
        .mapToDouble(JsonNode::asDouble)
        .toArray();
  }

  @Test
  void predictionsEqualThoseOfAnIndependentComputation() throws IOException {
    JsonNode golden = golden();
    double[] attention = doubles(golden.at("/attention"));
    Pieces pieces = new Pieces(attention.length);
    FeatureScores scores = pieces.scores(attention, doubles(golden.at("/ffn")));
    double[] values = doubles(golden.at("/values"));
    List<Observation> children = new ArrayList<>();
    for (JsonNode child : golden.at("/children")) {
      int[] options =
          StreamSupport.stream(child.spliterator(), false).mapToInt(JsonNode::asInt).toArray();
      children.add(new Observation(pieces.child(options), values[children.size()]));
    }
    int fitted = golden.at("/fitted").asInt();

    TruthModel model = TruthModel.fit(scores, children.subList(0, fitted));

    double[] predicted = doubles(golden.at("/predicted"));
    assertThat(predicted).hasSize(8);
    for (int i = 0; i < predicted.length; i++) {
      Child child = children.get(fitted + i).child();
      assertThat(model.predict(child)).isCloseTo(predicted[i], within(PRECISION * predicted[i]));
      assertThat(Math.exp(model.logOf(Feature.of(child)))).isEqualTo(model.predict(child));
    }
    JsonNode leftOut = golden.at("/left_out");
    Accuracy accuracy = model.accuracy();
    assertThat(accuracy.children()).isEqualTo(fitted);
    assertThat(accuracy.rankCorrelation())
        .isCloseTo(leftOut.at("/rank_correlation").asDouble(), within(PRECISION));
    assertThat(accuracy.medianError())
        .isCloseTo(leftOut.at("/median_error").asDouble(), within(PRECISION));
    assertThat(accuracy.medianRatio())
        .isCloseTo(leftOut.at("/median_ratio").asDouble(), within(PRECISION));
  }

  /** A teacher of some layers whose children have a made up truth. */
  private static final class World {

    private static final int LAYERS = 8;

    private final SplittableRandom random;
    private final Pieces pieces = new Pieces(LAYERS);
    private final double[] attention;
    private final double[] ffn;
    private final double[][] neighbours = new double[LAYERS][4];

    World(long seed, double deviation) {
      this.random = new SplittableRandom(seed);
      this.attention = random.doubles(LAYERS).map(x -> 0.01 * Math.exp(2 * x)).toArray();
      this.ffn = random.doubles(LAYERS).map(x -> 0.005 * Math.exp(2 * x)).toArray();
      for (double[] effects : neighbours) {
        for (int i = 0; i < effects.length; i++) {
          effects[i] = random.nextGaussian(0, deviation);
        }
      }
    }

    FeatureScores scores() {
      return pieces.scores(attention, ffn);
    }

    /** 1 where the option replaces the attention. */
    private static int isAttention(int option) {
      return option / 2;
    }

    double sum(int... options) {
      double sum = 0;
      for (int layer = 0; layer < LAYERS; layer++) {
        sum += isAttention(options[layer]) * attention[layer] + options[layer] % 2 * ffn[layer];
      }
      return sum;
    }

    /** Monotone in the sum of scores, but for what neighbouring replaced subblocks do together. */
    double truth(int... options) {
      double log = 1.5 + 1.2 * Math.log(sum(options));
      for (int layer = 1; layer < LAYERS; layer++) {
        int before = options[layer - 1];
        int here = options[layer];
        log +=
            neighbours[layer][0] * isAttention(before) * isAttention(here)
                + neighbours[layer][1] * (before % 2) * (here % 2)
                + neighbours[layer][2] * isAttention(before) * (here % 2)
                + neighbours[layer][3] * (before % 2) * isAttention(here);
      }
      return Math.exp(log);
    }

    int[] draw() {
      return random.ints(LAYERS, 0, Pieces.OPTIONS).toArray();
    }

    Observation observation(int... options) {
      return new Observation(pieces.child(options), truth(options));
    }
  }

  private static Accuracy accuracy(
      List<int[]> children, World world, ToDoubleFunction<int[]> prediction) {
    return Accuracy.of(
        children.stream().mapToDouble(prediction).toArray(),
        children.stream().mapToDouble(world::truth).toArray());
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void childrenThatWereNotMeasuredArePredictedBetterThanByTheSum(long seed) {
    World world = new World(seed, 0.2);
    List<Observation> measured =
        IntStream.range(0, 120).mapToObj(i -> world.observation(world.draw())).toList();
    List<int[]> others = IntStream.range(0, 80).mapToObj(i -> world.draw()).toList();

    TruthModel model = TruthModel.fit(world.scores(), measured);

    Accuracy bySum = accuracy(others, world, world::sum);
    Accuracy byModel =
        accuracy(others, world, options -> model.predict(world.pieces.child(options)));
    assertThat(byModel.rankCorrelation())
        .as("%s against %s by the sum", byModel, bySum)
        .isGreaterThan(bySum.rankCorrelation() + 0.01);
    assertThat(byModel.medianError()).isLessThan(0.5 * bySum.medianError());
    assertThat(byModel.medianRatio()).isCloseTo(1, within(0.1));
    assertThat(byModel.medianError())
        .as("what it says of itself")
        .isCloseTo(model.accuracy().medianError(), within(0.1));
  }

  /** Without interactions the link alone is the truth. */
  @Test
  void aMonotoneLinkOfTheSumIsFound() {
    World world = new World(9, 0);
    List<Observation> measured =
        IntStream.range(0, 30).mapToObj(i -> world.observation(world.draw())).toList();

    TruthModel model = TruthModel.fit(world.scores(), measured);

    for (int i = 0; i < 30; i++) {
      int[] options = world.draw();
      assertThat(model.predict(world.pieces.child(options)) / world.truth(options))
          .isCloseTo(1, within(0.05));
    }
  }

  @Test
  void theSameChildrenGiveTheSameModel() {
    World world = new World(4, 0.1);
    List<Observation> measured =
        IntStream.range(0, 20).mapToObj(i -> world.observation(world.draw())).toList();
    Child other = world.pieces.child(world.draw());

    assertThat(TruthModel.fit(world.scores(), measured).predict(other))
        .isEqualTo(TruthModel.fit(world.scores(), measured).predict(other))
        .isCloseTo(
            TruthModel.fit(world.scores(), measured.reversed()).predict(other), within(1e-9));
  }

  /** One, equal ones, ones of equal value, and the teacher itself, which diverges nowhere. */
  @Test
  void fewChildrenAreEnoughForSomePrediction() {
    World world = new World(5, 0.1);
    int[] options = world.draw();
    Observation one = world.observation(options);
    Observation own = new Observation(Child.unchanged(world.pieces.teacher()), 0);
    Child other = world.pieces.child(3, 3, 3, 3, 3, 3, 3, 3);

    assertThat(TruthModel.fit(world.scores(), List.of(one)).predict(one.child()))
        .isCloseTo(one.value(), within(1e-9));
    for (List<Observation> few :
        List.of(
            List.of(one),
            List.of(own),
            List.of(one, one, one, one, one, one, one, one),
            List.of(one, new Observation(other, one.value())),
            List.of(one, own, new Observation(other, 0)))) {
      TruthModel model = TruthModel.fit(world.scores(), few);
      assertThat(model.predict(other)).isPositive().isFinite();
      Accuracy accuracy = model.accuracy();
      assertThat(accuracy.medianError()).isNotNegative().isFinite();
      assertThat(accuracy.medianRatio()).isPositive().isFinite();
      assertThat(accuracy.rankCorrelation()).isBetween(-1.0, 1.0);
    }
  }

  @Test
  void layersInThePlaceOfMoreHaveAPredictionOfTheirOwn() {
    Pieces pieces = new Pieces(4);
    Replacement wide = new Replacement(new Span(1, 2), List.of(Pieces.layer(0)));
    List<ReplacementScore> scored = new ArrayList<>();
    for (int layer = 0; layer < 4; layer++) {
      for (int option = 0; option < Pieces.OPTIONS; option++) {
        scored.add(Pieces.score(Replacement.of(layer, Pieces.layer(option)), 0.01 * option));
      }
    }
    scored.add(Pieces.score(wide, 0.02));
    FeatureScores scores =
        new FeatureScores(
            pieces.teacher(), new ScoreTable(scored), ScoreObjective.of(Metric.KL_DIVERGENCE));
    List<Observation> measured = new ArrayList<>();
    for (int option = 0; option < 16; option++) {
      int first = option % 4;
      int last = option / 4;
      // With the wide one, twice of what the sum of scores says.
      measured.add(new Observation(wide(pieces, wide, first, last), 0.02 * (first + last + 2)));
      measured.add(new Observation(pieces.child(first, 2, 0, last), 0.01 * (first + last + 2)));
    }
    List<Observation> known = measured.subList(0, 30);

    TruthModel model = TruthModel.fit(scores, known);

    double wideOne = model.predict(measured.get(30).child());
    double plain = model.predict(measured.get(31).child());
    assertThat(wideOne / plain).isBetween(1.5, 2.2);
  }

  private static Child wide(Pieces pieces, Replacement wide, int first, int last) {
    return new Child(
        pieces.teacher(),
        List.of(
            Replacement.of(0, Pieces.layer(first)), wide, Replacement.of(3, Pieces.layer(last))));
  }
}
