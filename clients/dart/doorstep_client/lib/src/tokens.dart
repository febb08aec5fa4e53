import 'dart:async';
import 'dart:convert';

import 'models.dart';
import 'storage.dart';

/// What is kept of a session: the secret, and whose it is for offline starts.
typedef Tokens = ({String token, Customer customer});

/// The stored session. Never throws: a storage that fails is a session that
/// lasts as long as this process.
final class TokenStore {
  TokenStore(this._key, this._storage, this._tell);

  final String _key;
  final SessionStorage _storage;
  final void Function(String hint) _tell;

  Tokens? _kept;
  Future<Tokens?>? _reading;

  /// Said once: a storage that fails once mostly goes on failing.
  final Set<String> _told = {};

  /// One after the other, so that the last word is what stays.
  Future<void> _writing = Future.value();

  /// True when there was something that could not be read.
  bool isLost = false;

  /// What is kept; the storage is asked once.
  Future<Tokens?> read() async {
    await (_reading ??= _load());
    return _kept;
  }

  Future<Tokens?> _load() async {
    try {
      final text = await _storage.read(_key);
      if (text == null) return null;
      final json = jsonDecode(text);
      if (json case {
        'token': final String token,
        'user': final Object user,
      } when token.isNotEmpty) {
        return _kept = (token: token, customer: Customer.fromJson(user));
      }
      throw const FormatException('not a session');
    } on Object catch (exception) {
      // Only the kind of exception: its text may hold what was stored.
      isLost = true;
      _tellOnce(
        'DS-44 The stored session cannot be read (${exception.runtimeType}) and '
        'was removed: the customer has to sign in again.',
      );
      await _attempt(() => _storage.delete(_key));
      return null;
    }
  }

  /// Keeps a session; null forgets it.
  Future<void> write(Tokens? tokens) {
    _reading = Future.value();
    _kept = tokens;
    return _writing = _writing.then(
      (_) => _attempt(
        () => tokens == null
            ? _storage.delete(_key)
            : _storage.write(_key, _encode(tokens)),
      ),
    );
  }

  /// The customer as last seen, for the next offline start.
  Future<void> describe(Customer customer) async {
    final kept = _kept;
    if (kept != null) await write((token: kept.token, customer: customer));
  }

  void _tellOnce(String hint) {
    if (_told.add(hint)) _tell(hint);
  }

  String _encode(Tokens tokens) =>
      jsonEncode({'token': tokens.token, 'user': tokens.customer.toJson()});

  Future<void> _attempt(Future<void> Function() action) async {
    try {
      await action();
    } on Object catch (exception) {
      _tellOnce(
        'DS-44 The session cannot be stored (${exception.runtimeType}): it will '
        'last as long as this run of the app.',
      );
    }
  }
}
