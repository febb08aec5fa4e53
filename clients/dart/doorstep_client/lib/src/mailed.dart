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

  Future<Result<MailAsked>> requestVerification() =>
      _ask(const Call('POST', '/verification'));

  Future<Result<MailAsked>> _ask(Call call) =>
      _calls.call(call, (answer) => MailAsked.fromJson(answer.data));

  Future<Result<void>> confirmRecovery(
    String request,
    String code,
    String newPassword,
  ) async {
    final body = {'request': request, 'code': code, 'newPassword': newPassword};
    final call = Call('POST', '/recovery/confirm', body: body);
    final result = await _calls.call<void>(call, nothing);
    // Whoever is signed in here may be the customer whose sessions have ended.
    if (result is Ok && _calls.session.value is! SignedOut) await _readAgain();
    return result;
  }

  Future<Result<void>> confirmVerification(String request, String code) async {
    final body = {'request': request, 'code': code};
    final call = Call('POST', '/verification/confirm', body: body);
    final result = await _calls.call<void>(call, nothing);
    if (result is Ok || _isSignedOut(result.error)) await _readAgain();
    return result;
  }

  /// Without a session the server takes this call too, and asks for a password.
  static bool _isSignedOut(DoorstepError? error) =>
      error?.fields.containsKey('password') ?? false;

  /// What was asked before this moment is no news, in other tabs too.
  Future<void> _readAgain() {
    _calls.session.changed();
    return _check();
  }
}
