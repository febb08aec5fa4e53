import 'dart:async';

import 'answer.dart';
import 'calls.dart';
import 'error.dart';
import 'generated/codes.dart';
import 'generated/models.dart';
import 'http.dart';
import 'result.dart';
import 'session_state.dart';

/// Asks the server who is signed in. Whoever asks meanwhile shares the answer.
final class Check {
  Check(this._calls);

  final Calls _calls;
  ({int born, Future<Result<Customer>> result})? _flight;

  Future<Result<Customer>> call() {
    final born = _calls.session.generation;
    final flight = _flight;
    if (flight != null && flight.born == born) return flight.result;
    final result = _run(born);
    _flight = (born: born, result: result);
    return result;
  }

  Future<Result<Customer>> _run(int born) async {
    final session = _calls.session;
    final tokens = _calls.tokens;
    if (tokens != null && await tokens.read() == null) {
      return _visitor(born);
    }
    const call = Call('GET', '/session');
    final answer = await _calls.request(call);
    final result = switch (answer) {
      Answered(data: {'user': null, 'code': final String code}) =>
        Failed<Customer>(_nobody(code)),
      _ => await _calls.result(answer, call, _customerOf),
    };
    if (born != session.generation) return result;
    _flight = null;
    switch (result) {
      case Ok(:final value):
        session.signedIn(value, (answer as Answered).headers);
      case Failed(:final error):
        _show(error);
    }
    return result;
  }

  /// Without a token there is nothing to ask: nobody is signed in here.
  Future<Result<Customer>> _visitor(int born) async {
    final session = _calls.session;
    if (born == session.generation) {
      _flight = null;
      if (session.value is! SignedOut) {
        final isLost = _calls.tokens?.isLost ?? false;
        await session.signedOut(
          isLost ? SignedOutReason.storageLost : SignedOutReason.visitor,
          isNews: false,
        );
      }
    }
    return Failed(_nobody(ErrorCode.noSession));
  }

  void _show(DoorstepError error) {
    final session = _calls.session;
    switch (session.value) {
      case SignedIn(:final customer):
        session.show(SignedIn(customer, stale: true, error: error));
      case Restoring():
        session.show(Restoring(error: error));
      case SignedOut():
        break;
    }
  }

  Customer _customerOf(Answered answer) => Customer.fromJson(answer['user']);

  /// `/session` tells by a 200 what other routes tell by a 401.
  static DoorstepError _nobody(String code) =>
      DoorstepError(code: code, message: 'You are not signed in.', status: 401);
}
