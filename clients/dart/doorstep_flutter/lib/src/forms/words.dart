import 'package:doorstep_client/doorstep_client.dart';
import 'package:flutter/widgets.dart';

import '../l10n/localizations.dart';
import '../l10n/texts.dart';
import '../l10n/texts_en.dart';
import '../scope.dart';

/// Chooses the sentence for an error.
///
/// The app's own words come first, then the kit's translation, then the
/// server's sentence. The server speaks English and knows the details, so in
/// English its sentence comes before the kit's.
class ErrorWords {
  /// English, without words of the app.
  const ErrorWords([
    this.texts = const DoorstepTextsEn(),
    this.messages = const {},
  ]);

  /// The words for the language and the scope of [context].
  ErrorWords.of(BuildContext context)
    : this(
        DoorstepLocalizations.of(context),
        DoorstepScope.messagesOf(context),
      );

  /// The kit's texts.
  final DoorstepTexts texts;

  /// The app's texts by code.
  final Map<String, String> messages;

  /// The sentence for [code]; [message] is what the server said, [text] the
  /// kit's own where it is not that of the code.
  String sentence(String code, String message, [String? text]) =>
      messages[code] ?? _chosen(message, text ?? texts.error(code) ?? message);

  /// The sentence for what went well: [message] is what the server said, [text]
  /// the kit's own.
  String note(String message, String text) => _stopped(_chosen(message, text));

  String _chosen(String message, String text) =>
      texts.languageCode == 'en' && message.isNotEmpty ? message : text;

  /// The server's sentences have no full stop at their end.
  static String _stopped(String said) => said.endsWith('.') ? said : '$said.';

  /// The sentence for a whole failure, with the pause that the server asks for.
  String failure(DoorstepError error) {
    final said = sentence(error.code, error.message);
    final pause = error.retryAfter;
    if (pause == null) return said;
    return '${_stopped(said)} ${texts.tryAgainIn(pause.inSeconds)}';
  }
}
