import 'dart:async';

/// Where a session survives a restart of the app, and the customer's device
/// token a logout.
///
/// The value is a secret: use the platform's secure store, never plain
/// preferences. On the web nothing is stored, the browser has a cookie.
abstract interface class SessionStorage {
  /// Takes a store as three functions, for example flutter_secure_storage.
  factory SessionStorage.from({
    required FutureOr<String?> Function(String key) read,
    required FutureOr<void> Function(String key, String value) write,
    required FutureOr<void> Function(String key) delete,
  }) = _FunctionStorage;

  /// What was written under [key], or null.
  Future<String?> read(String key);

  /// Keeps [value] under [key].
  Future<void> write(String key, String value);

  /// Forgets what was written under [key], if anything.
  Future<void> delete(String key);
}

/// Forgets with the process: for tests, and for apps that shall forget.
final class MemoryStorage implements SessionStorage {
  /// Begins with a copy of [values].
  MemoryStorage([Map<String, String> values = const {}]) : values = {...values};

  /// What is stored now.
  final Map<String, String> values;

  @override
  Future<String?> read(String key) async => values[key];

  @override
  Future<void> write(String key, String value) async => values[key] = value;

  @override
  Future<void> delete(String key) async => values.remove(key);
}

final class _FunctionStorage implements SessionStorage {
  _FunctionStorage({
    required FutureOr<String?> Function(String key) read,
    required FutureOr<void> Function(String key, String value) write,
    required FutureOr<void> Function(String key) delete,
  }) : _read = read,
       _write = write,
       _delete = delete;

  final FutureOr<String?> Function(String key) _read;
  final FutureOr<void> Function(String key, String value) _write;
  final FutureOr<void> Function(String key) _delete;

  @override
  Future<String?> read(String key) async => _read(key);

  @override
  Future<void> write(String key, String value) async => _write(key, value);

  @override
  Future<void> delete(String key) async => _delete(key);
}
