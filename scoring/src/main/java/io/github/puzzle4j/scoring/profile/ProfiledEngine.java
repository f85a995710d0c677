package io.github.puzzle4j.scoring.profile;

import java.io.IOException;
import java.util.List;

/** An engine whose work can be timed on this machine. */
public interface ProfiledEngine {

  /** Its name among a target's backends. */
  String name();

  /** Which release runs here. */
  String version();

  /** Tokens of a prompt that one pass takes at most. */
  int maxBatchedTokens();

  /** Requests together that were measured at most. */
  int maxSequences();

  /** How it is timed, in a line for reports. */
  String method();

  /**
   * Times pieces of work of many sizes.
   *
   * @param question the model's shape and variants, and how long it may take
   * @param watch told of each step
   */
  List<Observation> observe(ProfileQuestion question, ProfileWatch watch) throws IOException;
}
