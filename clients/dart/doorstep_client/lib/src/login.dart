import 'dart:convert';

import 'answer.dart';
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
      final call = Call(
        'POST',
        '/login',
        body: {
          ...body,
          'deviceToken': ?await _deviceToken(body['email'], abort),
        },
        abort: abort,
      );
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

  /// The token of a known device, where the server says that it takes one.
  Future<String?> _deviceToken(Object? email, Future<void>? abort) async {
    final token = await _enter.calls.devices?.find('$email');
    if (token == null) return null;
    final told = await _enter.calls.request(
      Call('GET', '/policy', abort: abort),
    );
    return switch (told) {
      Answered() => switch (told['login']) {
        {'optional': final List<Object?> names}
            when names.contains('deviceToken') =>
          token,
        _ => null,
      },
      Unanswered() => null,
    };
  }
}
