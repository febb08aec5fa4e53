import 'dart:convert';

import 'enter.dart';
import 'http.dart';
import 'result.dart';

/// Opens a session with e-mail and password.
final class Login {
  Login(this._enter);

  final Enter _enter;

  Future<LoginResult> call(Map<String, Object?> input, Future<void>? abort) {
    final body = _enter.bodyOf(input);
    final calls = _enter.calls;
    return calls.share('login ${jsonEncode(body)}', abort: abort, () async {
      final call = Call('POST', '/login', body: body, abort: abort);
      final born = calls.session.generation;
      final result = await _enter.call(call, await calls.request(call), born);
      return switch (result) {
        Ok(:final value) => LoginOk(value),
        Failed(:final error) when error.reason != null => LoginUnavailable(
          error,
        ),
        Failed(:final error) => LoginRejected(error),
      };
    });
  }
}
