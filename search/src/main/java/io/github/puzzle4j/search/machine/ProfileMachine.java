package io.github.puzzle4j.search.machine;

import io.github.puzzle4j.blocklib.arch.Model;
import io.github.puzzle4j.blocklib.task.Task;
import io.github.puzzle4j.scoring.profile.ProfileQuestion;
import java.util.List;
import java.util.stream.Stream;

/**
 * The profile of a machine for a teacher's variants. Its result is a target's file.
 *
 * @param machine its title, with the number of threads
 * @param engine that serves there, with its version
 * @param teacher whose shapes are timed
 * @param variants that are timed
 * @param contexts context lengths of decode passes and prompt lengths
 * @param batches concurrent requests
 * @param seconds for all timings
 */
record ProfileMachine(
    String machine,
    String engine,
    Model teacher,
    List<String> variants,
    List<Integer> contexts,
    List<Integer> batches,
    long seconds)
    implements Task {

  /** The target's file. */
  static final String FILE = "this-machine.json";

  ProfileMachine {
    variants = List.copyOf(variants);
    contexts = List.copyOf(contexts);
    batches = List.copyOf(batches);
  }

  static ProfileMachine of(String machine, String engine, ProfileQuestion question) {
    return new ProfileMachine(
        machine,
        engine,
        question.teacher(),
        Stream.concat(
                question.attention().stream().map(one -> one.id()),
                question.ffn().stream().map(one -> one.id()))
            .toList(),
        question.contexts(),
        question.batches(),
        question.time().toSeconds());
  }

  @Override
  public Kind kind() {
    return Kind.PROFILE;
  }
}
