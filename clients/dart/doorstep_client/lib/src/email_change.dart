import 'calls.dart';
import 'check.dart';
import 'generated/models.dart';
import 'http.dart';
import 'mailed.dart';
import 'result.dart';
import 'session_state.dart';

/// Gives the account another address, which a mail proves.
final class EmailChange {
  EmailChange(this._calls, this._check);

  final Calls _calls;
  final Check _check;

  static const _path = '/user/email';

  Future<Result<MailAsked>> ask(String newEmail, String password) =>
      _calls.call(
        Call('POST', _path, body: {'newEmail': newEmail, 'password': password}),
        (answer) => MailAsked.fromJson(answer.data),
      );

  Future<Result<Confirmed>> confirm(Map<String, String> input) async {
    final former = _calls.session.customer;
    final result = await _calls.call(
      Call('POST', '$_path/confirm', body: input),
      (answer) => Confirmed.fromJson(answer.data),
    );
    if (result is! Ok && !asksForPassword(result.error)) return result;
    await _readAgain();
    final now = _calls.session.customer;
    if (former != null && former.id == now?.id) {
      // This device stays known, by the other address.
      await _calls.devices?.rename(former.email, now!.email);
    }
    return result;
  }

  Future<Result<Confirmed>> undo(String token) async {
    final result = await _calls.call(
      Call('POST', '$_path/undo', body: {'token': token}),
      (answer) => Confirmed.fromJson(answer.data),
    );
    // Whoever is signed in here may be the customer whose sessions have ended.
    if (result is Ok && _calls.session.value is! SignedOut) await _readAgain();
    return result;
  }

  /// What was asked before this moment is no news, in other tabs too.
  Future<void> _readAgain() {
    _calls.session.changed();
    return _check();
  }
}
