package io.github.puzzle4j.blocklib.corpus.tokens;

import io.github.puzzle4j.blocklib.InvalidInputException;
import io.github.puzzle4j.blocklib.corpus.CorpusRow;
import io.github.puzzle4j.blocklib.corpus.Document;
import io.github.puzzle4j.blocklib.corpus.RowParser;
import io.github.puzzle4j.blocklib.template.ChatTemplate;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Renders conversations with the chat template of a model, which is read on first use. */
public final class ChatTexts {

  private final Path folder;
  private @Nullable ChatTemplate template;

  /**
   * @param folder of the model
   */
  public ChatTexts(Path folder) {
    this.folder = folder;
  }

  /**
   * Renders a conversation, including its special tokens.
   *
   * @param place file and line or row, for error messages
   * @throws InvalidInputException if the model has no chat template or rendering fails
   */
  public Document document(CorpusRow.Chat chat, String place) throws IOException {
    ChatTemplate found = template(place);
    String text;
    try {
      text = found.render(chat.messages(), chat.tools());
    } catch (InvalidInputException refused) {
      throw new InvalidInputException("%s: %s".formatted(place, refused.getMessage()), refused);
    }
    if (text.isEmpty()) {
      throw new InvalidInputException("%s: the chat template renders no text".formatted(place));
    }
    if (!RowParser.isWhole(text)) {
      throw new InvalidInputException("%s: contains an unpaired surrogate".formatted(place));
    }
    return new Document(text, chat.task(), List.of());
  }

  /** Everything that the texts depend on; "none" without a chat template. */
  String identity() throws IOException {
    Optional<ChatTemplate> found = ChatTemplate.find(folder);
    return found.map(ChatTemplate::identity).orElse("none");
  }

  private ChatTemplate template(String place) throws IOException {
    if (template == null) {
      template =
          ChatTemplate.find(folder)
              .orElseThrow(() ->
                  new InvalidInputException(
                      "%s: holds messages, but %s has no chat template; give text"
                          .formatted(place, folder)));
    }
    return template;
  }
}
