import 'calls.dart';
import 'check.dart';
import 'generated/codes.dart';
import 'http.dart';
import 'result.dart';
import 'session_state.dart';

/// Logout and the deletion of the account: the two ways out of a session.
final class Leave {
  Leave(this._calls, this._check);

  final Calls _calls;
  final Check _check;

  /// Sends [call], and ends the session here too when it succeeds.
  Future<Result<void>> call(Call call, SignedOutReason reason) async {
    final session = _calls.session;
    await _calls.tokens?.read();
    final left = _calls.carrier;
    final email = _calls.tokens?.kept?.customer.email;
    final result = await _calls.call<void>(call, (_) {});
    // A damaged store sends what is no token: nothing else would ever end that.
    final isDamaged =
        reason == SignedOutReason.loggedOut &&
        result.error?.code == ErrorCode.tokenInvalid;
    if (result is! Ok && !isDamaged) return result;
    if (reason == SignedOutReason.accountDeleted && email != null) {
      await _calls.devices?.forget(email);
    }
    if (left == _calls.carrier) {
      await session.signedOut(reason, isNews: true);
    } else if (session.value is! SignedOut) {
      // Somebody signed in meanwhile: that session is not the one that ended.
      await _check();
    }
    return result;
  }
}
