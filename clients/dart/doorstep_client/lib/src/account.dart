import 'models.dart';
import 'result.dart';

/// The customer's own data.
abstract interface class Profile {
  /// Asks the server who is signed in.
  Future<Result<Customer>> get();

  /// Refused with `changed_meanwhile` when the profile is no longer the one
  /// last read here.
  Future<Result<Customer>> update(ProfileChange change);
}

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

/// The devices on which the customer is signed in.
abstract interface class Devices {
  /// All of them, this one marked.
  Future<Result<List<DeviceSession>>> list();

  /// Signs one device out.
  Future<Result<void>> end(String id);

  /// Signs every other device out.
  Future<Result<void>> endOthers();
}
