import 'dart:convert';

import 'answer.dart';
import 'enter.dart';
import 'generated/models.dart';
import 'http.dart';
import 'keyed.dart';
import 'result.dart';

/// Makes an account and its first session.
final class SignUp {
  SignUp(this._enter);

  final Enter _enter;
  final Keyed _keyed = Keyed();

  Future<SignUpResult> call(Map<String, Object?> input, Future<void>? abort) {
    final body = _enter.bodyOf(input);
    final calls = _enter.calls;
    final text = jsonEncode(body);
    return calls.share('signup $text', abort: abort, () async {
      final call = Call('POST', '/signup', body: body, abort: abort);
      final born = calls.session.generation;
      final answer = await calls.request(
        call.withHeaders({idempotencyHeader: _keyed.keyFor(text)}),
      );
      if (answer is Answered && answer.status == 202) {
        return _needsVerification(answer, call, text);
      }
      switch (await _enter.call(call, answer, born)) {
        case Ok(:final value):
          _keyed.close(text);
          return SignUpOk(value);
        case Failed(:final error):
          _keyed.close(text, error);
          return error.reason == null
              ? SignUpRejected(error)
              : SignUpUnavailable(error);
      }
    });
  }

  Future<SignUpResult> _needsVerification(
    Answer answer,
    Call call,
    String text,
  ) async {
    final result = await _enter.calls.result(
      answer,
      call,
      (answer) => MailAsked.fromJson(answer.data),
    );
    switch (result) {
      case Ok(value: MailAsked(:final message, :final request)):
        _keyed.close(text);
        return SignUpNeedsVerification(message: message, request: request);
      case Failed(:final error):
        return SignUpUnavailable(error);
    }
  }
}
