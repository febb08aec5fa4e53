import 'dart:convert';

import 'answer.dart';
import 'enter.dart';
import 'http.dart';
import 'keyed.dart';
import 'policy.dart';
import 'result.dart';

/// Changes the password: every other session ends, and this one goes on with
/// other secrets.
final class NewPassword {
  NewPassword(this._enter);

  final Enter _enter;
  final Keyed _keyed = Keyed();

  /// A server that does not say so takes a request that comes again for a wrong
  /// password.
  bool _isKnown = false;

  Future<Result<void>> call(String current, String next) {
    final body = {'currentPassword': current, 'newPassword': next};
    final calls = _enter.calls;
    final text = jsonEncode(body);
    return calls.share('password $text', () async {
      if (!_isKnown) {
        final told = await readPolicy(calls);
        if (told case Ok(:final value)) {
          _isKnown = value.passwordIdempotencyKey ?? false;
        }
      }
      final call = Call('POST', '/user/password', body: body);
      final born = calls.session.generation;
      final answer = await calls.request(
        _isKnown
            ? call.withHeaders({idempotencyHeader: _keyed.keyFor(text)})
            : call,
      );
      // A server from before sessions went on with other secrets.
      if (answer is Answered && answer.status == 204) return const Ok(null);
      final result = await _enter.call(call, answer, born);
      _keyed.close(text, result.error);
      return switch (result) {
        Ok() => const Ok(null),
        Failed(:final error) => Failed(error),
      };
    });
  }
}
