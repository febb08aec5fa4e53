import 'dart:math';

import 'error.dart';

/// The Idempotency-Key of one request. It outlives lost answers: the server
/// then repeats its first answer.
final class Keyed {
  ({String text, String key})? _attempt;

  /// The key of the request that [text] tells from others.
  String keyFor(String text) {
    final open = openKey(text);
    if (open != null) return open;
    final fresh = (text: text, key: _newKey());
    _attempt = fresh;
    return fresh.key;
  }

  /// The same, where that request was sent and is undecided; or null.
  String? openKey(String text) => switch (_attempt) {
    (text: final known, :final key) when known == text => key,
    _ => null,
  };

  /// The server has decided, with [error] or without. Another request may have
  /// begun meanwhile: its key is its own.
  void close(String text, [DoorstepError? error]) {
    if (_attempt?.text != text) return;
    if (error == null || _isDecision(error)) _attempt = null;
  }

  /// What a proxy or a lost connection says is not the server's decision; nor
  /// does a server that failed or has no time undo what an earlier, lost
  /// request came to.
  static bool _isDecision(DoorstepError error) =>
      error.code != ClientErrorCode.unexpectedAnswer &&
      error.status >= 400 &&
      error.status < 500 &&
      !const {408, 429}.contains(error.status);
}

final _random = Random.secure();

String _newKey() => [
  for (var i = 0; i < 16; i++)
    _random.nextInt(256).toRadixString(16).padLeft(2, '0'),
].join();
