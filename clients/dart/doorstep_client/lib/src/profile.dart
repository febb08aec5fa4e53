import 'answer.dart';
import 'calls.dart';
import 'check.dart';
import 'error.dart';
import 'generated/codes.dart';
import 'generated/models.dart';
import 'http.dart';
import 'leave.dart';
import 'result.dart';
import 'session_state.dart';

/// The customer's own data.
abstract interface class Profile {
  /// Asks the server who is signed in.
  Future<Result<Customer>> get();

  /// Refused with `changed_meanwhile` when the profile is no longer the one
  /// last read here.
  Future<Result<Customer>> update(ProfileChange change);
}

final class ProfileCalls implements Profile {
  ProfileCalls(this._calls, this._check);

  final Calls _calls;
  final Check _check;

  @override
  Future<Result<Customer>> get() => _check();

  @override
  Future<Result<Customer>> update(ProfileChange change) async {
    final session = _calls.session;
    final seen = session.customer;
    if (session.etag == null) {
      // A version that is fetched only now guards nothing by itself.
      switch (await _check()) {
        case Failed(:final error):
          return Failed(error);
        case Ok(:final value) when seen != null && !_isSame(seen, value):
          return const Failed(_changedMeanwhile);
        case _:
      }
    }
    final etag = session.etag;
    final call = Call(
      'PATCH',
      '/user',
      body: change.toJson(),
      headers: {'if-match': ?etag},
    );
    final born = session.generation;
    final answer = await _calls.request(call);
    final result = await _calls.result(
      answer,
      call,
      (answer) => Customer.fromJson(answer['user']),
    );
    switch (result) {
      case Ok(:final value) when born == session.generation:
        final headers = (answer as Answered).headers;
        session.signedIn(value, headers, news: 'changed');
      case Failed(:final error) when error.code == ErrorCode.changedMeanwhile:
        await _check();
      case _:
        break;
    }
    return result;
  }

  static bool _isSame(Customer one, Customer other) =>
      one.id == other.id && one.updatedAt == other.updatedAt;
}

/// As the server words it.
const _changedMeanwhile = DoorstepError(
  code: ErrorCode.changedMeanwhile,
  message: 'Somebody changed this meanwhile',
  status: 412,
);

Future<Result<void>> erase(Leave leave, String currentPassword) => leave.call(
  Call('DELETE', '/user', body: {'currentPassword': currentPassword}),
  SignedOutReason.accountDeleted,
);
