package io.github.puzzle4j.blocklib.corpus;

import java.util.ArrayList;
import java.util.List;

/** Puts a document together word by word and notes which words are answers. */
final class DocumentWriter {

  private final String task;
  private final StringBuilder text = new StringBuilder();
  private final List<Span> answers = new ArrayList<>();

  DocumentWriter(String task) {
    this.task = task;
  }

  /** Appends words, each behind a space unless it opens the document. */
  DocumentWriter words(String... words) {
    for (String word : words) {
      space();
      text.append(word);
    }
    return this;
  }

  /** Appends a word that follows from the text before it. */
  DocumentWriter answer(String word) {
    space();
    return answerMark(word);
  }

  /** Appends characters without a space. */
  DocumentWriter mark(String characters) {
    text.append(characters);
    return this;
  }

  /** Appends characters without a space that follow from the text before them. */
  DocumentWriter answerMark(String characters) {
    int start = text.length();
    text.append(characters);
    answers.add(new Span(start, text.length()));
    return this;
  }

  Document document() {
    return new Document(text.toString(), task, answers);
  }

  private void space() {
    if (!text.isEmpty()) {
      text.append(' ');
    }
  }
}
