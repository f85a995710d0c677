package io.github.puzzle4j.blocklib.demo;

import io.github.puzzle4j.blocklib.corpus.Document;
import io.github.puzzle4j.blocklib.demo.Lexicon.Person;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Short stories about two people and a thing, followed by questions. Tests fixed phrases, agreement
 * of names and pronouns, and recall of facts.
 */
final class StoryTask implements CorpusTask {

  private static final double DESCRIBED = 0.6;
  private static final int QUESTIONS = 2;

  @Override
  public String name() {
    return "story";
  }

  @Override
  public Document sample(RandomGenerator random, double difficulty) {
    return new Story(random).tell();
  }

  private static final class Story {

    private final DocumentWriter writer = new DocumentWriter("story");
    private final RandomGenerator random;
    private final Person giver;
    private final Person receiver;
    private final String place;
    private final String origin;
    private final String thing;
    private final String quality;
    private final String mood;

    Story(RandomGenerator random) {
      this.random = random;
      List<Person> people = Lexicon.draw(Lexicon.CAST, 2, random);
      giver = people.get(0);
      receiver = people.get(1);
      List<String> places = Lexicon.draw(Lexicon.PLACES, 2, random);
      place = places.get(0);
      origin = places.get(1);
      thing = Lexicon.pick(Lexicon.THINGS, random);
      quality = Lexicon.pick(Lexicon.QUALITIES, random);
      mood = Lexicon.pick(Lexicon.MOODS, random);
    }

    Document tell() {
      writer.words(giver.name(), "went", "to", "the", place).mark(".");
      writer
          .answer(giver.pronoun())
          .words(Lexicon.pick(Lexicon.VERBS, random), "a", quality, thing);
      writer.mark(".");
      if (random.nextDouble() < DESCRIBED) {
        writer.words("The").answer(thing).words("was", "very").answer(quality).mark(".");
      }
      writer.words(receiver.name(), "came", "from", "the", origin).mark(".");
      writer.answer(giver.name()).words("gave").answer(receiver.name()).words("the");
      writer.answer(thing).mark(".");
      writer.answer(receiver.pronoun()).words("was", mood).mark(".");
      for (int question : Lexicon.draw(List.of(0, 1, 2, 3), QUESTIONS, random)) {
        ask(question);
      }
      return writer.document();
    }

    private void ask(int question) {
      switch (question) {
        case 0 -> {
          writer.words("Who", "has", "the").answer(thing).mark("?");
          writer.answer(receiver.name()).mark(".");
        }
        case 1 -> {
          writer.words("Where", "was").answer(giver.name()).mark("?");
          writer.words("The").answer(place).mark(".");
        }
        case 2 -> {
          writer.words("Who", "was", mood).mark("?");
          writer.answer(receiver.name()).mark(".");
        }
        default -> {
          writer.words("Who", "was", "at", "the").answer(place).mark("?");
          writer.answer(giver.name()).mark(".");
        }
      }
    }
  }
}
