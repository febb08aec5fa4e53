import 'calls.dart';
import 'check.dart';
import 'error.dart';
import 'generated/models.dart';
import 'http.dart';
import 'result.dart';
import 'session_state.dart';

/// What a mail proves: a new password for a forgotten one, and an address.
final class Mailed {
  Mailed(this._calls, this._check);

  final Calls _calls;
  final Check _check;

  Future<Result<MailAsked>> requestRecovery(String email) =>
      _ask(Call('POST', '/recovery', body: {'email': email}));

  /// Of whoever is signed in, or of [email].
  Future<Result<MailAsked>> requestVerification(String? email) => _ask(
    Call(
      'POST',
      '/verification',
      body: email == null ? null : {'email': email},
    ),
  );

  Future<Result<MailAsked>> _ask(Call call) =>
      _calls.call(call, (answer) => MailAsked.fromJson(answer.data));

  Future<Result<Confirmed>> confirmRecovery(
    String request,
    String code,
    String newPassword,
  ) async {
    final result = await _confirm('/recovery', {
      'request': request,
      'code': code,
      'newPassword': newPassword,
    });
    // Whoever is signed in here may be the customer whose sessions have ended.
    if (result is Ok && _calls.session.value is! SignedOut) await _readAgain();
    return result;
  }

  Future<Result<Confirmed>> confirmVerification(
    String request,
    String code, {
    String? password,
    String? newPassword,
  }) async {
    final result = await _confirm('/verification', {
      'request': request,
      'code': code,
      'password': ?password,
      'newPassword': ?newPassword,
    });
    if (result is Ok || (password == null && asksForPassword(result.error))) {
      await _readAgain();
    }
    return result;
  }

  Future<Result<Confirmed>> _confirm(String path, Map<String, String> body) =>
      _calls.call(
        Call('POST', '$path/confirm', body: body),
        (answer) => Confirmed.fromJson(answer.data),
      );

  /// What was asked before this moment is no news, in other tabs too.
  Future<void> _readAgain() {
    _calls.session.changed();
    return _check();
  }
}

/// Without a session the server takes what a mail brought too, and asks for a
/// password.
bool asksForPassword(DoorstepError? error) =>
    error?.fields.containsKey('password') ?? false;
