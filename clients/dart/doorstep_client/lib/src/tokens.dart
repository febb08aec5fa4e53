import 'dart:async';
import 'dart:convert';

import 'generated/models.dart';
import 'storage.dart';

/// What is kept of a session: the secret, and whose it is for offline starts.
typedef Tokens = ({String token, Customer customer});

/// The stored session. Never throws: a storage that fails is a session that
/// lasts as long as this process. The storage keeps the order of what is written.
final class TokenStore {
  TokenStore(
    this._key,
    this._storage,
    this._tell, {
    this.patience = const Duration(seconds: 5),
  });

  final String _key;
  final SessionStorage _storage;
  final void Function(String hint) _tell;

  /// How long the storage may take to read.
  final Duration patience;

  /// What is kept, as far as the storage was read.
  Tokens? get kept => _kept;
  Tokens? _kept;

  /// False until the storage was read, or something was written.
  bool get isKnown => _isKnown;
  bool _isKnown = false;
  Future<void>? _reading;

  /// Said once: a storage that fails once mostly goes on failing.
  final Set<String> _told = {};

  /// True when the storage, or what was in it, could not be read.
  bool isLost = false;

  /// What is kept; the storage is asked until it answers.
  Future<Tokens?> read() async {
    if (!_isKnown) {
      await (_reading ??= _load().whenComplete(() {
        _reading = null;
      }));
    }
    return _kept;
  }

  Future<void> _load() async {
    String? text;
    Object? failure;
    try {
      text = await _storage.read(_key).timeout(patience);
    } on Object catch (exception) {
      failure = exception;
    }
    if (_isKnown) return; // Somebody signed in meanwhile.
    isLost = failure != null;
    if (failure != null) {
      // A keychain may be locked for now: what is in it stays there.
      _tellOnce(
        'DS-44 The stored session cannot be read (${failure.runtimeType}): the '
        'customer has to sign in again, unless it can be read later.',
      );
      return;
    }
    _isKnown = true;
    if (text != null) await _parse(text);
  }

  Future<void> _parse(String text) async {
    try {
      if (jsonDecode(text) case {
        'token': final String token,
        'user': final Object user,
      } when token.isNotEmpty) {
        _kept = (token: token, customer: Customer.fromJson(user));
        return;
      }
      throw const FormatException('not a session');
    } on Object catch (exception) {
      // Only the kind of exception: its text may hold what was stored.
      isLost = true;
      _tellOnce(
        'DS-44 The stored session cannot be read (${exception.runtimeType}) and '
        'was removed: the customer has to sign in again.',
      );
      await write(null);
    }
  }

  /// Keeps a session; null forgets it.
  Future<void> write(Tokens? tokens) {
    _isKnown = true;
    _kept = tokens;
    return _attempt(
      () => tokens == null
          ? _storage.delete(_key)
          : _storage.write(_key, _encode(tokens)),
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
