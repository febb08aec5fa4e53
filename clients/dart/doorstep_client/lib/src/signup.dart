import 'dart:convert';
import 'dart:math';

import 'answer.dart';
import 'enter.dart';
import 'error.dart';
import 'http.dart';
import 'result.dart';

/// Makes an account and its first session.
final class SignUp {
  SignUp(this._enter);

  final Enter _enter;

  /// The key outlives lost answers: the server then repeats its first answer.
  ({String text, String key})? _attempt;

  Future<SignUpResult> call(Map<String, Object?> input, Future<void>? abort) {
    final body = _enter.bodyOf(input);
    final calls = _enter.calls;
    final text = jsonEncode(body);
    return calls.share('signup $text', abort: abort, () async {
      final call = Call('POST', '/signup', body: body, abort: abort);
      final born = calls.session.generation;
      final answer = await calls.request(
        call.withHeaders({idempotencyHeader: _keyFor(text)}),
      );
      if (answer is Answered && answer.status == 202) {
        _close(text);
        return const SignUpNeedsVerification();
      }
      switch (await _enter.call(call, answer, born)) {
        case Ok(:final value):
          _close(text);
          return SignUpOk(value);
        case Failed(:final error):
          if (!_isOpen(error)) _close(text);
          return error.reason == null
              ? SignUpRejected(error)
              : SignUpUnavailable(error);
      }
    });
  }

  /// What a proxy or a lost connection says is not the server's decision; nor
  /// does a server that failed or has no time undo what an earlier, lost
  /// request came to.
  static bool _isOpen(DoorstepError error) =>
      error.code == ClientErrorCode.unexpectedAnswer ||
      error.status < 400 ||
      error.status >= 500 ||
      const {408, 429}.contains(error.status);

  /// Another sign-up may have begun meanwhile: its key is its own.
  void _close(String text) {
    if (_attempt?.text == text) _attempt = null;
  }

  String _keyFor(String text) {
    final attempt = _attempt;
    if (attempt != null && attempt.text == text) return attempt.key;
    final fresh = (text: text, key: _newKey());
    _attempt = fresh;
    return fresh.key;
  }
}

final _random = Random.secure();

String _newKey() => [
  for (var i = 0; i < 16; i++)
    _random.nextInt(256).toRadixString(16).padLeft(2, '0'),
].join();
