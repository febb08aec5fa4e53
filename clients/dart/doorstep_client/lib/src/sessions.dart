import 'calls.dart';
import 'generated/models.dart';
import 'http.dart';
import 'leave.dart';
import 'result.dart';
import 'session.dart';
import 'session_state.dart';

/// The devices on which the customer is signed in.
abstract interface class Devices {
  /// All of them, this one marked.
  Future<Result<List<DeviceSession>>> list();

  /// Signs one device out.
  Future<Result<void>> end(String id);

  /// Signs every other device out.
  Future<Result<void>> endOthers();
}

final class DeviceCalls implements Devices {
  DeviceCalls(this._calls);

  final Calls _calls;

  static const _path = '/sessions';

  @override
  Future<Result<List<DeviceSession>>> list() => _calls.call(
    const Call('GET', _path),
    (answer) => listOf(answer['sessions'], DeviceSession.fromJson),
  );

  @override
  Future<Result<void>> end(String id) =>
      _calls.call(Call('DELETE', inFolder(_path, id)), nothing);

  @override
  Future<Result<void>> endOthers() =>
      _calls.call(const Call('DELETE', _path), nothing);
}

Future<Result<void>> logOut(Leave leave, Session session) async {
  final result = await leave.call(
    const Call('POST', '/logout'),
    SignedOutReason.loggedOut,
  );
  // Whose session was over already has what they asked for.
  return session.value is SignedOut ? const Ok(null) : result;
}
