package io.github.puzzle4j.scoring.truth;

import io.github.puzzle4j.blocklib.arch.Child;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.hipparchus.linear.Array2DRowRealMatrix;
import org.hipparchus.linear.ArrayRealVector;
import org.hipparchus.linear.CholeskyDecomposition;
import org.hipparchus.linear.RealMatrix;
import org.hipparchus.linear.RealVector;

/**
 * A model of the measured quality of whole children: the logarithm is a monotone link of their
 * replace-one scores, plus what a Gaussian process learns from measured children. Its covariance
 * counts the features that two children share, and the pairs of features, so that its mean is a sum
 * of terms of single features and of pairs (Rasmussen and Williams, Gaussian Processes for Machine
 * Learning, 2006, section 2.2). The inner product of the shares that layers have of the sums of
 * scores adds a factor for each layer: the logarithm of a weighted sum changes by the share times
 * the relative change of the weight. The exponent of the link and the variances are those with the
 * least leave-one-out error (section 5.4.2).
 */
public final class TruthModel {

  private static final double[] POWERS = {0.5, 0.75, 1};
  private static final double[] SINGLE_VARIANCES = {0.003, 0.01, 0.03};
  private static final double[] LAYER_VARIANCES = {0, 0.1, 0.5};
  private static final double[] PAIR_VARIANCES = {0, 0.001, 0.003, 0.01};

  /** Variance of a measured logarithm that no feature explains. */
  private static final double NOISE = 0.003;

  /** Fewer measured children say too little about features. */
  private static final int LEAST_CHILDREN = 6;

  private final Link link;
  private final Covariance covariance;
  private final List<Known> known;
  private final double[] weights;
  private final double[] leftOut;
  private final double[] measured;

  /** What covariances are computed from. */
  private static final class Known {

    private final Set<Feature> features;
    private final double[] shares;

    Known(FeatureScores scores, Collection<Feature> features, int layers) {
      this.features = new HashSet<>(features);
      this.shares = scores.shares(features, layers);
    }
  }

  private record Covariance(double single, double pair, double layer, int layers) {

    double of(Known one, Known other) {
      int shared = 0;
      for (Feature feature : one.features) {
        shared += other.features.contains(feature) ? 1 : 0;
      }
      double product = 0;
      for (int place = 0; place < layers; place++) {
        product += one.shares[place] * other.shares[place];
      }
      return single * shared + pair * shared * shared / (2.0 * layers) + layer * product;
    }
  }

  private TruthModel(
      Link link,
      Covariance covariance,
      List<Known> known,
      double[] weights,
      double[] leftOut,
      double[] measured) {
    this.link = link;
    this.covariance = covariance;
    this.known = known;
    this.weights = weights;
    this.leftOut = leftOut;
    this.measured = measured;
  }

  /**
   * Fits to measured children.
   *
   * @param observations of children of one teacher, at least one; with few of them only the link is
   *     fitted
   */
  public static TruthModel fit(FeatureScores scores, List<Observation> observations) {
    int layers = observations.getFirst().child().teacher().layers().size();
    double[] logs = observations.stream().mapToDouble(one -> Math.log(one.value())).toArray();
    List<List<Feature>> features =
        observations.stream().map(one -> Feature.of(one.child())).toList();
    List<Known> known = features.stream().map(one -> new Known(scores, one, layers)).toList();
    TruthModel best = null;
    for (double power : POWERS) {
      Link link = Link.fit(scores, power, features, logs);
      for (Covariance covariance : covariances(layers, logs.length)) {
        TruthModel model = fit(link, covariance, known, logs);
        if (best == null || model.leftOutError() < best.leftOutError()) {
          best = model;
        }
      }
    }
    return Objects.requireNonNull(best);
  }

  private static List<Covariance> covariances(int layers, int children) {
    if (children < LEAST_CHILDREN) {
      return List.of(new Covariance(0, 0, 0, layers));
    }
    List<Covariance> all = new ArrayList<>();
    for (double single : SINGLE_VARIANCES) {
      for (double pair : PAIR_VARIANCES) {
        for (double layer : LAYER_VARIANCES) {
          all.add(new Covariance(single, pair, layer, layers));
        }
      }
    }
    return all;
  }

  private static TruthModel fit(
      Link link, Covariance covariance, List<Known> known, double[] logs) {
    int count = logs.length;
    RealMatrix matrix = new Array2DRowRealMatrix(count, count);
    RealVector rest = new ArrayRealVector(count);
    for (int i = 0; i < count; i++) {
      rest.setEntry(i, logs[i] - link.of(known.get(i).features));
      for (int j = 0; j <= i; j++) {
        double value = covariance.of(known.get(i), known.get(j)) + (i == j ? NOISE : 0);
        matrix.setEntry(i, j, value);
        matrix.setEntry(j, i, value);
      }
    }
    RealMatrix inverse = new CholeskyDecomposition(matrix).getSolver().getInverse();
    double[] weights = inverse.operate(rest).toArray();
    double[] leftOut = new double[count];
    for (int i = 0; i < count; i++) {
      leftOut[i] = logs[i] - weights[i] / inverse.getEntry(i, i);
    }
    return new TruthModel(link, covariance, known, weights, leftOut, logs);
  }

  private double leftOutError() {
    double sum = 0;
    for (int i = 0; i < measured.length; i++) {
      sum += (leftOut[i] - measured[i]) * (leftOut[i] - measured[i]);
    }
    return sum / measured.length;
  }

  /** The predicted value of a child, in the unit of the observations. */
  public double predict(Child child) {
    return Math.exp(logOf(Feature.of(child)));
  }

  /** The predicted logarithm for features, one set of each place of a child. */
  public double logOf(List<Feature> child) {
    double sum = link.of(child);
    Known one = new Known(link.scores(), child, covariance.layers());
    for (int i = 0; i < weights.length; i++) {
      sum += weights[i] * covariance.of(one, known.get(i));
    }
    return sum;
  }

  /** Predictions of each measured child from all others, against its measurement. */
  public Accuracy accuracy() {
    double[] predicted = new double[leftOut.length];
    double[] values = new double[leftOut.length];
    for (int i = 0; i < leftOut.length; i++) {
      predicted[i] = Math.exp(leftOut[i]);
      values[i] = Math.exp(measured[i]);
    }
    return Accuracy.of(predicted, values);
  }
}
