import 'dart:convert';

import 'answer.dart';
import 'enter.dart';
import 'http.dart';
import 'keyed.dart';
import 'policy.dart';
import 'replacement.dart';
import 'result.dart';

/// Changes the password: every other session ends, and this one goes on with
/// other secrets.
final class NewPassword {
  NewPassword(this._enter);

  final Enter _enter;
  final Keyed _keyed = Keyed();

  Future<Result<void>> call(String current, String next) {
    final body = {'currentPassword': current, 'newPassword': next};
    final calls = _enter.calls;
    final text = jsonEncode(body);
    return calls.share('password $text', () async {
      // A server that does not name the key takes a request that comes again for
      // a wrong password.
      final told = await readPolicy(calls);
      final isKnown = switch (told) {
        Ok(:final value) => value.passwordIdempotencyKey ?? false,
        Failed() => false,
      };
      final key = isKnown ? _keyed.keyFor(text) : _keyed.openKey(text);
      final call = Call(
        'POST',
        '/user/password',
        body: body,
        headers: {idempotencyHeader: ?key},
      );
      final replacement = calls.replacement = Replacement(call);
      void settle(Replaced outcome) {
        if (calls.replacement == replacement) calls.replacement = null;
        replacement.settle(outcome);
      }

      final born = calls.session.generation;
      final answer = await calls.request(call);
      // A server from before sessions went on with other secrets.
      if (answer is Answered && answer.status == 204) {
        settle(Replaced.no);
        return const Ok(null);
      }
      final result = await _enter.call(call, answer, born, settle);
      _keyed.close(text, result.error);
      final isOpen = _keyed.openKey(text) != null;
      settle(isOpen ? Replaced.undecided : Replaced.no);
      return switch (result) {
        Ok() => const Ok(null),
        Failed(:final error) => Failed(error),
      };
    });
  }
}
