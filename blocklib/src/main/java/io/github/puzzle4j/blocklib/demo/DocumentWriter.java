package io.github.puzzle4j.blocklib.demo;

import io.github.puzzle4j.blocklib.corpus.Document;
import io.github.puzzle4j.blocklib.corpus.Span;
import java.util.ArrayList;
import java.util.List;

/** Builds a document word by word and records which characters are answers. */
final class DocumentWriter {

  private final String task;
  private final StringBuilder text = new StringBuilder();
  private final List<Span> answers = new ArrayList<>();

  DocumentWriter(String task) {
    this.task = task;
  }

  /** Appends words, each preceded by a space unless it starts the document. */
  DocumentWriter words(String... words) {
    for (String word : words) {
      space();
      text.append(word);
    }
    return this;
  }

  /** Appends a word that is an answer: it can be inferred from the preceding text. */
  DocumentWriter answer(String word) {
    space();
    return answerMark(word);
  }

  /** Appends characters without a space. */
  DocumentWriter mark(String characters) {
    text.append(characters);
    return this;
  }

  /** Appends characters without a space that are an answer. */
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
