import 'dart:convert';

import 'storage.dart';

/// What shows the server that a customer has signed in here before. It opens
/// nothing, and stays over a logout: guesses of others then do not keep the
/// customer out. Never throws: without it a login is that of a stranger.
final class DeviceTokens {
  DeviceTokens(
    this._key,
    this._storage, {
    this.patience = const Duration(seconds: 5),
  });

  final String _key;
  final SessionStorage _storage;

  /// How long the storage may take to read.
  final Duration patience;

  /// By e-mail address, the latest last: the server takes one, and only that of
  /// the customer who logs in.
  Map<String, String> _kept = {};
  bool _isRead = false;

  /// So many customers of one device are known; the one longest away gives way.
  static const most = 5;

  /// What HTTP carries as a token (RFC 6750, b64token), and no longer than one.
  static final _token = RegExp(r'^[A-Za-z0-9._~+/-]{1,500}={0,2}$');

  /// The token for a login with [email], or null.
  Future<String?> find(String email) async {
    await _read();
    return _kept[_nameOf(email)];
  }

  /// Keeps what an answer handed over, in place of an older one.
  Future<void> keep(String email, Object? token) async {
    if (token is! String || !_token.hasMatch(token)) return;
    await _change(email, token);
  }

  /// The customer has another address.
  Future<void> rename(String email, String other) async {
    final token = await find(email);
    if (token == null || _nameOf(email) == _nameOf(other)) return;
    await forget(email);
    await keep(other, token);
  }

  /// The account is gone.
  Future<void> forget(String email) => _change(email, null);

  static String _nameOf(String email) => email.trim().toLowerCase();

  Future<void> _read() async {
    if (_isRead) return;
    final String? text;
    try {
      text = await _storage.read(_key).timeout(patience);
    } on Object {
      return; // A keychain may be locked for now: what is in it stays there.
    }
    if (_isRead) return; // Somebody else has read it meanwhile.
    _isRead = true;
    _kept = {..._parse(text), ..._kept};
  }

  static Map<String, String> _parse(String? text) {
    try {
      return {
        if (jsonDecode(text ?? '{}') case final Map<String, Object?> json)
          for (final MapEntry(:key, :value) in json.entries)
            if (value is String && _token.hasMatch(value)) key: value,
      };
    } on FormatException {
      return {};
    }
  }

  Future<void> _change(String email, String? token) async {
    await _read();
    final name = _nameOf(email);
    if (_kept.remove(name) == null && token == null) return;
    if (token != null) _kept[name] = token;
    if (_kept.length > most) _kept.remove(_kept.keys.first);
    if (!_isRead) return;
    try {
      await (_kept.isEmpty
          ? _storage.delete(_key)
          : _storage.write(_key, jsonEncode(_kept)));
    } on Object {
      // It then lasts as long as this run of the app.
    }
  }
}
