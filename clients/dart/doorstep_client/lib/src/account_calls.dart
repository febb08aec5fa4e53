import 'account.dart';
import 'answer.dart';
import 'calls.dart';
import 'check.dart';
import 'error.dart';
import 'generated/codes.dart';
import 'http.dart';
import 'models.dart';
import 'result.dart';

/// Reads a list of [T] out of one part of an answer.
List<T> _list<T>(Object? json, T Function(Object? json) read) => [
  for (final entry in json! as List<Object?>) read(entry),
];

void _nothing(Answered _) {}

/// An id stands in a path: no slash in it may lead elsewhere.
String _in(String folder, String id) => '$folder/${Uri.encodeComponent(id)}';

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

final class AddressCalls implements Addresses {
  AddressCalls(this._calls);

  final Calls _calls;

  static const _path = '/user/addresses';

  @override
  Future<Result<List<Address>>> list() => _calls.call(
    const Call('GET', _path),
    (answer) => _list(answer['addresses'], Address.fromJson),
  );

  @override
  Future<Result<Address>> add(AddressInput input) =>
      _calls.call(Call('POST', _path, body: input.toJson()), _address);

  @override
  Future<Result<Address>> change(String id, AddressChange change) => _calls
      .call(Call('PATCH', _in(_path, id), body: change.toJson()), _address);

  @override
  Future<Result<void>> remove(String id) =>
      _calls.call(Call('DELETE', _in(_path, id)), _nothing);

  Address _address(Answered answer) => Address.fromJson(answer['address']);
}

final class DeviceCalls implements Devices {
  DeviceCalls(this._calls);

  final Calls _calls;

  static const _path = '/sessions';

  @override
  Future<Result<List<DeviceSession>>> list() => _calls.call(
    const Call('GET', _path),
    (answer) => _list(answer['sessions'], DeviceSession.fromJson),
  );

  @override
  Future<Result<void>> end(String id) =>
      _calls.call(Call('DELETE', _in(_path, id)), _nothing);

  @override
  Future<Result<void>> endOthers() =>
      _calls.call(const Call('DELETE', _path), _nothing);
}
