import 'answer.dart';
import 'calls.dart';
import 'generated/models.dart';
import 'http.dart';
import 'result.dart';

/// The address book.
abstract interface class Addresses {
  /// All entries.
  Future<Result<List<Address>>> list();

  /// Makes an entry.
  Future<Result<Address>> add(AddressInput input);

  /// Changes parts of an entry.
  Future<Result<Address>> change(String id, AddressChange change);

  /// Removes an entry.
  Future<Result<void>> remove(String id);
}

final class AddressCalls implements Addresses {
  AddressCalls(this._calls);

  final Calls _calls;

  static const _path = '/user/addresses';

  @override
  Future<Result<List<Address>>> list() => _calls.call(
    const Call('GET', _path),
    (answer) => listOf(answer['addresses'], Address.fromJson),
  );

  @override
  Future<Result<Address>> add(AddressInput input) =>
      _calls.call(Call('POST', _path, body: input.toJson()), _address);

  @override
  Future<Result<Address>> change(String id, AddressChange change) =>
      _calls.call(
        Call('PATCH', inFolder(_path, id), body: change.toJson()),
        _address,
      );

  @override
  Future<Result<void>> remove(String id) =>
      _calls.call(Call('DELETE', inFolder(_path, id)), nothing);

  Address _address(Answered answer) => Address.fromJson(answer['address']);
}
