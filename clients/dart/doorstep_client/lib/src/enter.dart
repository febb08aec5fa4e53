import 'answer.dart';
import 'calls.dart';
import 'check.dart';
import 'generated/models.dart';
import 'http.dart';
import 'replacement.dart';
import 'result.dart';
import 'session_state.dart';

/// What sign-up, login and a new password share: whatever a session begins
/// with.
final class Enter {
  Enter(this.calls, this._check, this._mode);

  final Calls calls;
  final Check _check;

  /// How the session is carried: `token` or `cookie`.
  final String _mode;

  /// The request's JSON, which asks for a session.
  Map<String, Object?> bodyOf(Map<String, Object?> input) => {
    ...input,
    'session': _mode,
  };

  /// Takes over the session that an answer hands out, and the device's token.
  /// [settle] hears when that is done.
  Future<Result<Customer>> call(
    Call call,
    Answer answer,
    int born, [
    void Function(Replaced outcome)? settle,
  ]) async {
    final result = await calls.result(answer, call, _read);
    switch (result) {
      case Failed(:final error):
        return Failed(error);
      case Ok(value: (:final customer, :final token)):
        final session = calls.session;
        final tokens = calls.tokens;
        if (token != null) {
          await tokens?.write((token: token, customer: customer));
        }
        answer as Answered;
        await calls.devices?.keep(customer.email, answer['deviceToken']);
        if (born == session.generation) {
          session.signedIn(customer, answer.headers, news: 'in');
          settle?.call(Replaced.yes);
        } else {
          settle?.call(Replaced.no);
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
    if (calls.tokens != null && (token is! String || token.isEmpty)) {
      throw const FormatException('no token');
    }
    final customer = Customer.fromJson(answer['user']);
    return (customer: customer, token: token is String ? token : null);
  }
}
