import 'storage.dart';

/// Writes to a storage one after the other, whatever the key: the last word is
/// what stays, also where all keys lie in one file.
final class OrderedStorage implements SessionStorage {
  OrderedStorage(this._inner);

  final SessionStorage _inner;
  Future<void> _last = Future.value();

  @override
  Future<String?> read(String key) => _inner.read(key);

  @override
  Future<void> write(String key, String value) =>
      _after(() => _inner.write(key, value));

  @override
  Future<void> delete(String key) => _after(() => _inner.delete(key));

  Future<void> _after(Future<void> Function() action) {
    final done = _last.then((_) => action());
    // One that fails is its caller's to judge, and holds up nothing.
    _last = done.onError<Object>((_, _) {});
    return done;
  }
}
