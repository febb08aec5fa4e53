import 'dart:convert';
import 'dart:math';

import 'answer.dart';
import 'calls.dart';
import 'check.dart';
import 'error.dart';
import 'http.dart';
import 'models.dart';
import 'result.dart';
import 'session_state.dart';

/// Sign-up and login: the two ways to a session.
final class Entrance {
  Entrance(this._calls, this._check, this._mode);

  final Calls _calls;
  final Check _check;

  /// How the session is carried: `token` or `cookie`.
  final String _mode;

  /// The key outlives lost answers: the server then repeats its first answer.
  ({String text, String key})? _attempt;

  Future<SignUpResult> signUp(Map<String, Object?> input, Future<void>? abort) {
    final body = {...input, 'session': _mode};
    final text = jsonEncode(body);
    return _calls.share('signup $text', abort: abort, () async {
      final call = Call('POST', '/signup', body: body, abort: abort);
      final born = _calls.session.generation;
      final answer = await _calls.request(
        call.withHeaders({idempotencyHeader: _keyFor(text)}),
      );
      if (answer is Answered && answer.status == 202) {
        _close(text);
        return const SignUpNeedsVerification();
      }
      switch (await _enter(call, answer, born)) {
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

  Future<LoginResult> login(Map<String, Object?> input, Future<void>? abort) {
    final body = {...input, 'session': _mode};
    return _calls.share('login ${jsonEncode(body)}', abort: abort, () async {
      final call = Call('POST', '/login', body: body, abort: abort);
      final born = _calls.session.generation;
      final result = await _enter(call, await _calls.request(call), born);
      return switch (result) {
        Ok(:final value) => LoginOk(value),
        Failed(:final error) when error.reason != null => LoginUnavailable(
          error,
        ),
        Failed(:final error) => LoginRejected(error),
      };
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

  /// Takes over the session that an answer hands out.
  Future<Result<Customer>> _enter(Call call, Answer answer, int born) async {
    final result = await _calls.result(answer, call, _read);
    switch (result) {
      case Failed(:final error):
        return Failed(error);
      case Ok(value: (:final customer, :final token)):
        final session = _calls.session;
        final tokens = _calls.tokens;
        if (token != null) {
          await tokens?.write((token: token, customer: customer));
        }
        if (born == session.generation) {
          final headers = (answer as Answered).headers;
          session.signedIn(customer, headers, news: 'in');
        } else {
          // Somebody signed in or out meanwhile: the server knows which stands.
          // Until it has said so, nobody is known: without a network that stays
          // the truth.
          session.show(const Restoring());
          await _check();
        }
        return Ok(customer);
    }
  }

  ({Customer customer, String? token}) _read(Answered answer) {
    final token = answer['token'];
    if (_calls.tokens != null && (token is! String || token.isEmpty)) {
      throw const FormatException('no token');
    }
    final customer = Customer.fromJson(answer['user']);
    return (customer: customer, token: token is String ? token : null);
  }
}

final _random = Random.secure();

String _newKey() => [
  for (var i = 0; i < 16; i++)
    _random.nextInt(256).toRadixString(16).padLeft(2, '0'),
].join();
